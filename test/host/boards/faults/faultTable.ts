/** What must come of a fault. `again`: the profile is whole, and warns with these codes. `error`: one error with one of these codes, and nothing stored. */
export type Outcome =
  { is: 'again'; warns: readonly string[] } | { is: 'undisturbed' } | { is: 'error'; codes: readonly string[] }

export interface Fault {
  id: string
  fault: string
  when: string
  outcome: Outcome
  /** what else is seen to, for people */
  also?: string
}

const again: Outcome = { is: 'again', warns: ['tried-again'] }
const error = (...codes: string[]): Outcome => ({ is: 'error', codes })
const undisturbed: Outcome = { is: 'undisturbed' }

const lineFaults = {
  cut: 'the line is cut',
  stall: 'the line falls silent',
  corrupt: 'the line gives other bits',
} as const
const lineMoments = {
  connecting: 'while connecting',
  upload: 'in an upload',
  build: 'while the board compiles',
  window: 'in a window',
  between: 'between two windows',
  accuracy: 'while results are compared',
} as const

export type LineFault = keyof typeof lineFaults
export type LineMoment = keyof typeof lineMoments

/** A fault of the line at a moment. */
export interface FaultOfLine extends Fault {
  line: LineFault
  moment: LineMoment
}

const alsoOf = (line: LineFault, moment: LineMoment): { also?: string } => {
  if (moment === 'connecting') return {}
  if (line === 'stall')
    return { also: 'the board keeps its side open: what the lost connection had running there is ended by the new one' }
  return {}
}

export const lineTable: readonly FaultOfLine[] = (Object.keys(lineMoments) as LineMoment[]).flatMap((moment) =>
  (Object.keys(lineFaults) as LineFault[]).map((line) => ({
    id: `${line}-${moment}`,
    ...{ line, moment, fault: lineFaults[line], when: lineMoments[moment] },
    outcome: moment === 'connecting' ? error('host-unreachable') : again,
    ...alsoOf(line, moment),
  })),
)

/** Of the board, its programs and its disk. */
export const boardTable = [
  { id: 'line-gone', fault: 'the line is cut and stays so', when: 'in a window', outcome: error('host-unreachable') },
  {
    id: 'other-key',
    fault: 'the board comes back with another host key',
    when: 'in a window',
    outcome: error('host-key-changed'),
  },
  { id: 'kill-program', fault: '`kill -9` of the board program', when: 'in a window', outcome: again },
  {
    id: 'kill-program-accuracy',
    fault: '`kill -9` of the board program',
    when: 'while results are compared',
    outcome: again,
  },
  {
    id: 'kill-program-always',
    fault: '`kill -9` of the board program, each time',
    when: 'in a window',
    outcome: error('board-failed'),
  },
  { id: 'kill-session', fault: '`kill -9` of the board’s SSH session', when: 'in a window', outcome: again },
  { id: 'hang', fault: 'the program hangs', when: 'in a window', outcome: again, also: 'it is killed on the board' },
  {
    id: 'hang-always',
    fault: 'the program hangs, each time',
    when: 'in a window',
    outcome: error('timed-out'),
    also: 'it is killed on the board',
  },
  {
    id: 'rubbish',
    fault: 'the program says rubbish',
    when: 'in a window',
    outcome: again,
    also: 'it is killed at its first wrong line',
  },
  { id: 'rubbish-end', fault: 'the program’s words lack their end', when: 'in a window', outcome: again },
  {
    id: 'rubbish-always',
    fault: 'the program says rubbish, each time',
    when: 'in a window',
    outcome: error('board-failed'),
  },
  {
    id: 'endless',
    fault: 'the program says a line without an end',
    when: 'in a window',
    outcome: error('too-large'),
    also: 'it is killed after 128 MiB',
  },
  {
    id: 'reboot',
    fault: 'the board is started anew',
    when: 'in a window',
    outcome: { is: 'again', warns: ['tried-again', 'board-restarted'] },
    also: 'all windows are measured again',
  },
  {
    id: 'reboot-twice',
    fault: 'the board is started anew, twice',
    when: 'in a window',
    outcome: error('board-failed'),
  },
  {
    id: 'compiler',
    fault: 'the compiler fails',
    when: 'while the board compiles',
    outcome: error('board-failed'),
    also: 'after two more tries; where a static program for the board is there, that is sent',
  },
  {
    id: 'wall-clock',
    fault: 'the board’s wall clock jumps by years, to and fro',
    when: 'in all windows',
    outcome: undisturbed,
    also: 'the program never asks it',
  },
  {
    id: 'host-clock',
    fault: 'the host’s wall clock jumps by a year, to and fro',
    when: 'in a window',
    outcome: undisturbed,
    also: 'no time of the profile changes',
  },
  {
    id: 'second-session',
    fault: 'another session wants the board',
    when: 'in a window',
    outcome: undisturbed,
    also: 'the other one gets `board-busy` with the name of the first',
  },
  { id: 'cancel', fault: 'the profile is cancelled', when: 'in a window', outcome: error('cancelled') },
] as const satisfies readonly Fault[]

/** Of disks that are full; the first three on the board. */
export const diskTable = [
  { id: 'full-upload', fault: 'the board’s disk is full', when: 'in an upload', outcome: error('disk-full') },
  {
    id: 'full-build',
    fault: 'the board’s disk is full',
    when: 'while the board compiles',
    outcome: error('disk-full'),
  },
  {
    id: 'full-windows',
    fault: 'the board’s disk is full',
    when: 'from the first window on',
    outcome: undisturbed,
    also: 'measuring writes nothing there',
  },
  { id: 'full-lock', fault: 'the board’s disk is full', when: 'while connecting', outcome: error('disk-full') },
  {
    id: 'full-home',
    fault: 'the host’s disk is full',
    when: 'when the profile is stored',
    outcome: error('disk-full'),
  },
] as const satisfies readonly Fault[]

/** Of the host's own processes, by the command. */
export const hostTable = [
  {
    id: 'kill-host-build',
    fault: '`kill -9` of the host',
    when: 'while the board compiles',
    outcome: error('job-interrupted'),
    also: 'the next profile finds the lock dead and clears what is not whole',
  },
  {
    id: 'kill-host-window',
    fault: '`kill -9` of the host',
    when: 'in a window',
    outcome: error('job-interrupted'),
    also: 'the next profile finds the lock dead',
  },
  {
    id: 'kill-compute',
    fault: '`kill -9` of the compute process',
    when: 'while the host evaluates',
    outcome: error('compute-crashed', 'compute-unavailable'),
  },
  {
    id: 'kill-launcher',
    fault: '`kill -9` of the command, where another Node runs the host for it',
    when: 'in a window',
    outcome: error('cancelled'),
  },
  { id: 'interrupt', fault: 'Ctrl-C', when: 'in a window', outcome: error('cancelled') },
] as const satisfies readonly Fault[]

export const faults: readonly Fault[] = [...lineTable, ...boardTable, ...diskTable, ...hostTable]

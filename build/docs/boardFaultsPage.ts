import {
  boardTable,
  diskTable,
  hostTable,
  lineTable,
  type Fault,
  type Outcome,
} from '../../test/host/boards/faults/faultTable.ts'

/** The page of what may go wrong with a board and what comes of it, from the table that the tests go through row by row. */
export function boardFaultsPage(): string {
  return [
    '# What may go wrong with a board',
    '',
    'Each row is made to happen in every run of the tests, over a real OpenSSH server with the real board program: `test/host/boards/profileFaults.test.ts` and `profileDisks.test.ts` go through the table',
    'that this page is written from (`npm run docs:board-faults`). Whatever happens, three things hold: a profile is in the store whole or not at all; no process of ours runs on the board',
    'any more; and what lies in its cache folder is whole. A board that cannot be reached when the profile ends keeps a lock that nobody holds, perhaps a file that is not whole and a program',
    'that ends with its connection; the next session clears them away, and so does `board remove`.',
    '',
    ...section('The line to the board', lineTable),
    ...section('The board and its programs', boardTable),
    ...section('Disks', diskTable),
    ...section('The host', hostTable),
  ].join('\n')
}

function section(title: string, faults: readonly Fault[]): string[] {
  const rows = faults.map(({ fault, when, outcome, also }) => [fault, when, comesOf(outcome, also)])
  return [`## ${title}`, '', ...table([['fault', 'when', 'what comes of it'], ...rows]), '']
}

function comesOf(outcome: Outcome, also: string | undefined): string {
  const words = {
    again: 'tried again; the profile is whole and warns',
    undisturbed: 'the profile is whole',
    error: 'one error',
  }[outcome.is]
  const codes = outcome.is === 'again' ? outcome.warns : outcome.is === 'error' ? outcome.codes : []
  const named =
    codes.length === 0 ? '' : ` (${codes.map((code) => `\`${code}\``).join(outcome.is === 'error' ? ' or ' : ', ')})`
  return `${words}${named}${also === undefined ? '' : `; ${also}`}`
}

function table([head, ...rows]: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head!), line(head!.map(() => '---')), ...rows.map(line)]
}

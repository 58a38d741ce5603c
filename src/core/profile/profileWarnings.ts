import type { BoardDescription, BoardFacts } from '../../shared/contract/board.ts'
import type { BoardDifference } from '../../shared/contract/boardCalls.ts'
import type { ProfileResult } from '../../shared/contract/profile.ts'
import type { Warning } from '../../shared/units.ts'

/** Governors under which the clock stays where it is. */
const steady = ['performance', 'userspace']

/** What would spoil a measurement on a board as it is now. */
export function boardWarnings({ facts, state }: BoardDescription, board: string, core: number | null): Warning[] {
  const found: Warning[] = []
  const warn = (code: string, message: string): void => void found.push({ code, message, subject: board })
  const governor = state.clocks.find(({ cpu }) => cpu === (core ?? 0))?.governor ?? null
  if (facts.emulated) warn('emulated', 'The processor is imitated: no time that is measured on it is a board’s.')
  if (governor !== null && !steady.includes(governor))
    warn('governor-moves', `The governor ${governor} changes the clock while it is measured; performance keeps it.`)
  if (state.load !== null && state.load / facts.cores > 0.5)
    warn('foreign-load', `Others are at work: the load of the last minute is ${state.load} on ${facts.cores} cores.`)
  if (state.limits?.now.length)
    warn('limited', `The board's firmware limits it at the moment: ${state.limits.now.join(', ')}.`)
  if (facts.virtualization !== null)
    warn(
      'virtual-machine',
      `The board says that it is a virtual machine or a container (${facts.virtualization}): others may share its processor.`,
    )
  return found
}

type MeasuredFigures = Pick<ProfileResult, 'latency' | 'equality' | 'quick' | 'core' | 'before' | 'after'>

/** What a measurement says of itself. */
export function measuredWarnings(
  { latency, equality, quick, core, before, after }: MeasuredFigures,
  model: string,
): Warning[] {
  const found: Warning[] = []
  const warn = (code: string, message: string): void => void found.push({ code, message, subject: model })
  if (quick)
    warn('quick', 'Measured quickly: three windows of a second each. A figure to publish wants five of ten seconds.')
  if (core === null) warn('not-pinned', 'The program could not be kept on one core, so that samples may be of several.')
  const limits = (after.limits?.sinceStart ?? []).filter((limit) => !before.limits?.sinceStart.includes(limit))
  if (limits.length > 0) warn('limited', `The board's firmware limited it while it was measured: ${limits.join(', ')}.`)
  for (const mark of ['throttled', 'noisy', 'foreign'] as const) {
    const windows = latency.windows.filter(({ marks }) => marks.includes(mark))
    if (windows.length > 0) warn(mark, sentences[mark](named(windows)))
  }
  if (equality !== null && equality.broken > 0)
    warn(
      'device-differs',
      `${equality.broken} of ${equality.texts} texts have results on the device that are not the host’s: its latency is no result.`,
    )
  return found
}

const sentences = {
  throttled: (windows: string) => `The clock fell in ${windows}. No sample is left out.`,
  noisy: (windows: string) =>
    `The median lies more than 5 % from that of all windows in ${windows}. No sample is left out.`,
  foreign: (windows: string) =>
    `Something else had the processor for more than 1 % of the time in ${windows}. No sample is left out.`,
} as const

function named(windows: readonly { window: number }[]): string {
  return `${windows.length === 1 ? 'window' : 'windows'} ${windows.map(({ window }) => window + 1).join(', ')}`
}

/** How the facts of a board differ from those before; nothing where there were none. */
export function factDifferences(before: BoardFacts | undefined, now: BoardFacts): BoardDifference[] {
  if (before === undefined) return []
  return (Object.keys(now) as (keyof BoardFacts)[]).flatMap((field) => {
    const [a, b] = [before[field], now[field]].map((value) => JSON.stringify(value))
    return a === b ? [] : [{ field, before: cut(a!), now: cut(b!) }]
  })
}

function cut(text: string): string {
  return text.length > 500 ? `${text.slice(0, 499)}…` : text
}

import { performance } from 'node:perf_hooks'
import { windowsSoFar, type PlacedWindow } from '../../../core/profile/summarizeWindows.ts'
import { variantOrder } from '../../../core/profile/variantOrder.ts'
import { windowOf, type MeasuredWindow } from '../../../core/profile/windowStream.ts'
import type { MeasuredBoard } from './measuredBoard.ts'
import type { PlacedVariant } from './variant.ts'

/** MLPerf Tiny: five windows of at least ten seconds, of latency and of throughput. */
export const fullWindows = { count: 5, least_ms: 10_000, throughput_ms: 10_000 } as const
export const quickWindows = { count: 3, least_ms: 1000, throughput_ms: 200 } as const

/**
 * All windows of all variants at batch 1, [variant][window]: each window takes all of them, in an order of its own. A board that was started anew meanwhile begins again from
 * the first window.
 */
export async function latencyWindows(board: MeasuredBoard): Promise<PlacedWindow[][]> {
  const { session, variants, options } = board
  const { settings, live } = options
  const { count } = settings.quick ? quickWindows : fullWindows
  const order = variantOrder(variants.length, count, settings.seed)
  const found: PlacedWindow[][] = variants.map(() => [])
  const shown: number[][] = variants.map(() => [])
  const begun = new Map<number, number>()
  for (const [window, places] of order.entries()) {
    for (const [turn, k] of places.entries()) {
      const variant = variants[k]!
      const { restarts } = session
      const measured = await session.do(async () => {
        live.window(variant.live, window, { samples_us: shown[k]!, ended: windowsSoFar(found[k]!, board.watched) })
        if (!begun.has(k)) begun.set(k, performance.now())
        return { begin_s: (performance.now() - begun.get(k)!) / 1000, window: await timedWindow(board, variant, 1) }
      })
      if (session.restarts !== restarts) return latencyWindows(board)
      shown[k] = [...live.samples()]
      found[k]!.push({ measured: measured.window, order: window * places.length + turn, begin_s: measured.begin_s })
      live.windowEnded()
    }
  }
  return found
}

/** Windows at the batch of the settings, [variant][window]; empty where throughput is not asked for. */
export async function throughputWindows(board: MeasuredBoard): Promise<MeasuredWindow[][]> {
  const { session, variants, options } = board
  const { settings, live } = options
  if (settings.batch === 1) return []
  const { count } = settings.quick ? quickWindows : fullWindows
  const found: MeasuredWindow[][] = variants.map(() => [])
  for (const places of variantOrder(variants.length, count, settings.seed + 1)) {
    for (const k of places) {
      const variant = variants[k]!
      live.phase('measuring', variant.live)
      found[k]!.push(await session.do(() => timedWindow(board, variant, settings.batch)))
      live.windowEnded()
    }
  }
  return found
}

async function timedWindow(board: MeasuredBoard, variant: PlacedVariant, batch: number): Promise<MeasuredWindow> {
  const { settings, live } = board.options
  const { least_ms, throughput_ms } = settings.quick ? quickWindows : fullWindows
  const limit = Math.min(settings.timedTexts, variant.tokens.texts)
  const args = [
    '--time',
    ...['--batch', String(batch)],
    ...['--limit', String(limit)],
    ...['--least-ms', String(batch === 1 ? least_ms : throughput_ms)],
    ...['--warmup', '2'],
    ...board.watched.flatMap(({ path }) => ['--watch', path]),
  ]
  const lines = await board.sayPinned(variant, args, (line) => {
    if (batch === 1) live.line(line, board.watched)
  })
  return windowOf(lines)
}

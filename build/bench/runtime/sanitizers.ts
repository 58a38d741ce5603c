import { evaluateSideBySide, evaluateWatched, sanitizers, type SanitizedRun } from '../../runtime/sanitizers.ts'
import { record, type BenchRecord, type Measured } from '../record.ts'

/**
 * What was evaluated under clang's sanitizers. A finding ends the program that is watched, and this with it.
 *
 * @throws Error with the sanitizer's text where one found something
 */
export async function benchSanitizers(): Promise<Measured> {
  const watched = { address: await evaluateWatched(), thread: await evaluateSideBySide() }
  return {
    records: Object.entries(watched).flatMap(([kind, run]) => recordsOf(kind as keyof typeof sanitizers, run)),
    ratios: [],
  }
}

function recordsOf(kind: keyof typeof sanitizers, { models, texts, ways }: SanitizedRun): BenchRecord[] {
  const shared = { case: 'sanitizers', contender: ways.join('; '), recipe: sanitizers[kind][0], unit: 'count' } as const
  return [
    record({ ...shared, metric: 'models', better: 'higher', samples: [models] }),
    record({ ...shared, metric: 'texts evaluated', better: 'higher', samples: [texts] }),
    record({ ...shared, metric: 'findings', better: 'lower', samples: [0] }),
  ]
}

import { record, type BenchRecord } from '../record.ts'
import type { Engine } from './engines.ts'

/** The share of texts of which both say the same. */
export function shareOfEqual(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) throw new Error(`${found.length} classes for ${expected.length} texts`)
  let equal = 0
  for (let k = 0; k < expected.length; k += 1) if (found[k] === expected[k]) equal += 1
  return equal / expected.length
}

/**
 * Accuracy of each engine, and how often it says what the first one says.
 *
 * @param engines the float model first
 */
export async function agreementRecords(
  name: string,
  engines: readonly Engine[],
  labels: ArrayLike<number>,
): Promise<BenchRecord[]> {
  const records: BenchRecord[] = []
  let float: number[] | null = null
  for (const engine of engines) {
    const predicted = await engine.predict()
    float ??= predicted
    const { contender, version, recipe, kernel } = engine
    const shared = { case: name, contender, version, recipe, kernel, unit: 'share', better: 'higher' } as const
    records.push(record({ ...shared, metric: 'accuracy', samples: [shareOfEqual(predicted, labels)] }))
    records.push(record({ ...shared, metric: 'agreement with float', samples: [shareOfEqual(predicted, float)] }))
  }
  return records
}

import { fuzz, fuzzTargets, type FuzzReport } from '../../runtime/fuzzing.ts'
import { record, type Measured } from '../record.ts'

/**
 * What the fuzzers of the loaders did in so many seconds each, under the address and undefined-behaviour sanitizers.
 *
 * @throws Error where one found a fault
 */
export async function benchFuzzers(seconds: number): Promise<Measured> {
  const reports: FuzzReport[] = []
  for (const target of fuzzTargets) reports.push(await fuzz(target, seconds, null))
  const fault = reports.find(({ crash }) => crash !== null)
  if (fault !== undefined)
    throw new Error(`the fuzzer of ${fault.target} found a fault: ${fault.crash}\n${fault.output}`)
  const records = reports.flatMap(({ target, seconds: taken, ...counted }) => {
    const shared = {
      case: 'fuzzers',
      contender: `loader of ${target === 'model' ? 'model files' : 'token files'}`,
      recipe: 'libFuzzer, address and undefined-behaviour sanitizers',
      better: 'higher',
    } as const
    return [
      record({ ...shared, metric: 'time', unit: 's', samples: [taken] }),
      ...(['executions', 'edges', 'features', 'corpus'] as const).map((metric) =>
        record({ ...shared, metric, unit: 'count', samples: [counted[metric]] }),
      ),
      record({ ...shared, metric: 'faults', unit: 'count', better: 'lower', samples: [0] }),
    ]
  })
  return { records, ratios: [] }
}

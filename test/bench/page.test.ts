import { describe, expect, it } from 'vitest'
import { machine, ratio, record, type BenchFile } from '../../build/bench/record.ts'
import { benchmarksPage } from '../../build/docs/benchmarksPage.ts'

const latency = { case: 'discriminative, H = 100, batch 1', metric: 'time a text', unit: 'ms' } as const
const throughput = {
  case: 'discriminative, H = 100, batch 64',
  metric: 'throughput',
  unit: 'tokens/s',
  better: 'higher',
} as const
const ours = { contender: 'bitgauge W8 A8 C8', recipe: 'ours', kernel: 'avx512' }
const theirs = { contender: 'ONNX Runtime int8', recipe: 'theirs', version: '1.31.1' }

function fileOf(records: BenchFile['records'], ratios: BenchFile['ratios'] = []): BenchFile {
  return { schema: 'bitgauge/bench/1', machine: machine(), records, ratios, absent: [] }
}

describe('the page of figures', () => {
  it('shows a contender of a size in one row', () => {
    const shares = { case: 'discriminative, H = 100, 2000 texts', unit: 'share', better: 'higher' } as const
    const page = benchmarksPage(
      fileOf([
        record({ ...latency, ...ours, samples: [0.02, 0.03, 0.025] }),
        record({ ...latency, ...theirs, samples: [0.06] }),
        record({ ...throughput, ...ours, samples: [2_700_000] }),
        record({ ...shares, ...ours, metric: 'accuracy', samples: [0.8945] }),
        record({ ...shares, ...ours, metric: 'agreement with float', samples: [0.9985] }),
      ]),
    )
    expect(page).toContain('### H = 100')
    expect(page).toContain(
      '| bitgauge W8 A8 C8 | ours | avx512 | 0.0250 ms | 0.0200 ms | 2.70 M/s | 89.45 % | 99.85 % |',
    )
    expect(page).toContain('| ONNX Runtime int8 1.31.1 | theirs |  | 0.0600 ms | 0.0600 ms |  |  |  |')
  })

  it('says how many times as fast, whichever way the metric runs', () => {
    const records = [
      record({ ...latency, ...ours, samples: [1] }),
      record({ ...latency, ...theirs, samples: [4] }),
      record({ ...throughput, ...ours, samples: [6] }),
      record({ ...throughput, ...theirs, samples: [2] }),
    ]
    const ratios = [ratio(latency.case, records[0]!, records[1]!), ratio(throughput.case, records[2]!, records[3]!)]
    const page = benchmarksPage(fileOf(records, ratios))
    expect(page).toContain(`| ${latency.case} | bitgauge W8 A8 C8 | ONNX Runtime int8 | 4.00 x | 1 |`)
    expect(page).toContain(`| ${throughput.case} | bitgauge W8 A8 C8 | ONNX Runtime int8 | 3.00 x | 1 |`)
  })

  it('sums what was compared of the recipes of one model on one machine', () => {
    const exact = { case: 'exactness, arm64', contender: 'AG News', version: 'an emulator', kernel: 'neon' } as const
    const records = (['W8', 'W4'] as const).flatMap((recipe) =>
      Object.entries({ texts: 3, integers: 170_700, different: 0 }).map(([metric, count]) =>
        record({ ...exact, recipe, metric, unit: 'count', samples: [count] }),
      ),
    )
    expect(benchmarksPage(fileOf(records))).toContain(
      '| arm64 | an emulator | neon | AG News | 6 | 341,400 | 0 | 0 | 0 | 0 |',
    )
  })

  it('names who was left out, and why', () => {
    const absent = [{ case: 'generative scoring', contender: 'PyTorch', reason: 'cannot be imported' }]
    expect(benchmarksPage({ ...fileOf([]), absent })).toContain('| generative scoring | PyTorch | cannot be imported |')
  })
})

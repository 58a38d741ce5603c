import { describe, expect, it } from 'vitest'
import { compareResults, tolerance } from '../../../src/core/profile/compareResults.ts'
import { energyOf } from '../../../src/core/profile/energy.ts'
import { firstDifference } from '../../../src/core/profile/firstDifference.ts'
import { summarizeWindows, throughputOf } from '../../../src/core/profile/summarizeWindows.ts'
import { timeSharesOf } from '../../../src/core/profile/timeShares.ts'
import { watchPlan } from '../../../src/core/profile/watchPlan.ts'
import { windowOf, type MeasuredWindow } from '../../../src/core/profile/windowStream.ts'
import type { BoardLine, BoardPrediction, BoardTrace } from '../../../src/shared/contract/boardProtocol.ts'
import type { BoardPowerSensor } from '../../../src/shared/contract/board.ts'
import { sampleSeen } from '../../store/support/samples.ts'

const hello = {
  ...{ type: 'hello', protocol: 3, version: '0.1.0', kernels: 'neon', usable: ['neon'], arch: 'aarch64' },
  ...{
    machine: 'aarch64',
    system: 'Linux',
    translator: null,
    pointer_bits: 64,
    little_endian: true,
    compiler: 'gcc 12.2.0',
  },
  ...{ cores: 4, page_bytes: 4096, clock_ns: 1, timer_ns: 100, texts: { texts: 2, words: 20, longest: 12 } },
  model: {
    ...{ family: 'discriminative', independent: false, words: 100, inputs: 4, hidden: 4, classes: 2, parts: 1 },
    ...{ offset_range: null, private_bytes: 1000 },
  },
  options: {
    ...{ batch: 1, threads: 1, input_table: false, pack_head: false, warmup: 1, repeat: 1, least_ms: 0, core: 3 },
  },
} as const satisfies BoardLine
const memory = { type: 'memory', peak_rss_bytes: 6000, rss_bytes: 5000, anonymous_bytes: 100 } as const

const passOf = (pass: number, ns: number, cpu_ns = ns): BoardLine[] => [
  { type: 'samples', pass, first: 0, ns: [ns / 2, ns / 2], words: [8, 12] },
  { type: 'pass', pass, ns, cpu_ns, texts: 2, words: 20, checksum: '00000000000000aa' },
]
const lines = (...more: BoardLine[]): BoardLine[] => [hello, ...more, memory, { type: 'end', ok: true, lines: 1 }]

describe('a window from what the program said', () => {
  it('has every sample less the clock’s own time', () => {
    const window = windowOf(lines(...passOf(0, 2000), ...passOf(1, 4000)))
    expect([...window.samples_ns]).toEqual([900, 900, 1900, 1900])
    expect(window).toMatchObject({ passes: 2, texts: 4, words: 40, ns: 6000, checksum: '00000000000000aa' })
  })

  it.each<[string, BoardLine[]]>([
    ['has no pass', lines()],
    ['lacks samples', lines(...passOf(0, 2000).slice(1))],
    [
      'has passes with different results',
      lines(
        ...passOf(0, 2000),
        ...passOf(1, 2000).map((line) => (line.type === 'pass' ? { ...line, checksum: '00000000000000bb' } : line)),
      ),
    ],
    ['was timed by a clock that stood still', lines(...passOf(0, 0))],
  ])('is refused where it %s', (_, said) => {
    expect(() => windowOf(said)).toThrow(expect.objectContaining({ code: 'board-failed' }))
  })
})

const measured = (ns: number, values: (number | null)[][] = [], cpu_ns = ns): MeasuredWindow =>
  windowOf(
    lines(
      ...passOf(0, ns, cpu_ns),
      ...values.map((one, k): BoardLine => ({ type: 'watch', ns: k * 1e9, values: one })),
    ),
  )

describe('the figures of a variant', () => {
  const { facts, state } = sampleSeen().description
  const sensors = [{ kind: 'powercap' as const, name: 'package-0', path: '/sys/energy_uj', readable: true }]
  const withSensors = (power: BoardPowerSensor[]) => watchPlan({ facts: { ...facts, power }, state }, 3)
  const watched = withSensors(sensors)

  it('are the median of the windows’ medians, and percentiles of all samples of all windows', () => {
    const windows = [2200, 2000, 4000].map((ns, k) => ({ measured: measured(ns), order: k, begin_s: 10 * k }))
    const { latency, energy } = summarizeWindows(windows, watchPlan({ facts, state }, 3), null)
    expect(latency).toMatchObject({
      samples: 6,
      texts: 2,
      words: 20,
      median_us: 1,
      windows_us: { low: 0.9, high: 1.9 },
    })
    expect(latency.percentiles.p50.value_us).toBe(1)
    expect(latency.percentiles.p99.value_us).toBe(1.9)
    expect(latency.windows.map(({ marks }) => marks)).toEqual([[], ['noisy'], ['noisy']])
    expect(energy).toEqual({ known: false, reason: 'no sensor on this board that can be read' })
  })

  it('watch the measured core, and take energy from the package’s counter', () => {
    expect(watched[0]!.path).toBe('/sys/devices/system/cpu/cpu3/cpufreq/scaling_cur_freq')
    const values = [
      [2_400_000, 50_000, 0, 0, 1000],
      [1_800_000, 85_000, 0, 0, 5000],
    ]
    const window = { measured: measured(2000, values, 1000), order: 0, begin_s: 0 }
    const { latency, energy, conditions } = summarizeWindows([window], watched, null)
    expect(latency.windows[0]).toMatchObject({
      ...{ clock_hz: { low: 1.8e9, high: 2.4e9 }, temperature_c: { low: 50, high: 85 }, energy_uj: 4000, foreign: 0.5 },
      marks: ['throttled', 'foreign'],
    })
    // 4,000 microjoules of two inferences.
    expect(energy).toMatchObject({ known: true, per_inference_uj: 2000, sensor: 'package-0' })
    expect(conditions).toHaveLength(2)
    expect(conditions[1]).toEqual({ at_s: 1, window: 0, clock_hz: 1.8e9, temperature_c: 85, power_w: null })
  })

  it('take the energy of a rail from its voltage and its current', () => {
    const rail = { kind: 'hwmon' as const, name: 'ina3221 VDD_IN', path: '/in1', current: '/curr1', readable: true }
    const rails = withSensors([rail])
    expect(rails.slice(-2).map(({ path }) => path)).toEqual(['/in1', '/curr1'])
    // 5,000 mV: 800, 1,000 and 600 mA are 4, 5 and 3 W. Under the trapezoids of two seconds 4.5 + 4 J, of two inferences.
    const values = [800, 1000, 600].map((mA) => [null, null, null, null, 5000, mA])
    const windows = [0, 1, 2].map((order) => ({ measured: measured(2000, values), order, begin_s: 0 }))
    const { energy, conditions } = summarizeWindows(windows, rails, null)
    expect(energy).toMatchObject({ known: true, per_inference_uj: 4_250_000, sensor: 'ina3221 VDD_IN' })
    expect(conditions[1]!.power_w).toBe(5)
    const silent = { measured: measured(2000, [...values, [null, null, null, null, null, 1]]), order: 3, begin_s: 0 }
    expect(summarizeWindows([...windows, silent], rails, null).energy.known).toBe(false)
  })

  it('take the median over the windows of a counter that begins again at 0', () => {
    const range = 262_143_328_850
    const counted = [
      [range - 500, 1500], // 2,000 microjoules of two inferences, once around
      [1000, 4000], // 3,000
      [0, 9000], // 9,000
    ].map(([from, to]) => [from!, to!].map((uj) => [null, null, null, null, uj]))
    const windows = counted.map((values, order) => ({ measured: measured(2000, values), order, begin_s: 0 }))
    expect(summarizeWindows(windows, watched, range).energy).toMatchObject({ known: true, per_inference_uj: 1500 })
  })

  it('say how many texts a second, by the median window', () => {
    expect(throughputOf([])).toBeNull()
    expect(throughputOf([measured(2000), measured(1000), measured(4000)])).toMatchObject({ texts_per_s: 1e6 })
  })
})

describe('energy of a window', () => {
  const at = (...values: (number | null)[]) => values.map((value, k) => ({ ns: k * 1e9, value }))

  it('is what a counter grew by, once around allowed', () => {
    expect(energyOf({ kind: 'energy', wraps_at: 1000, readings: at(900, 950, 20) })).toBe(120)
    expect(energyOf({ kind: 'energy', wraps_at: null, readings: at(900, 20) })).toBeNull()
  })

  it('is the trapezoids under the power of a gauge', () => {
    expect(energyOf({ kind: 'power', wraps_at: null, readings: at(2e6, 4e6, 2e6) })).toBe(6e6)
  })

  it('is not known where a reading is missing', () => {
    expect(energyOf({ kind: 'power', wraps_at: null, readings: at(2, null, 2) })).toBeNull()
    expect(energyOf({ kind: 'energy', wraps_at: null, readings: at(2) })).toBeNull()
  })
})

describe('where the time goes', () => {
  const told = { type: 'shares', texts: 10, ns: 10_000, apart_ns: 20_000, calls: 9, scores_ns: 0 } as const

  it('is in shares of the pass that was taken apart, the rest named, and as much of an inference as it always is', () => {
    const { parts, method } = timeSharesOf({ ...told, unpacking_ns: 5000, products_ns: 8000, nonlinearities_ns: 2000 })
    expect(parts.map(({ name, share }) => [name, share])).toEqual([
      ['unpacking', 0.25],
      ['products', 0.4],
      ['non-linearities', 0.1],
      ['scores', 0],
      ['other', 0.25],
    ])
    expect(parts[1]!.per_inference_us).toBeCloseTo(0.4, 12)
    expect(method).toContain('2.00 times')
  })

  it('is in shares of the parts’ sum where that is more than the pass', () => {
    const { parts } = timeSharesOf({ ...told, unpacking_ns: 0, products_ns: 30_000, nonlinearities_ns: 10_000 })
    expect(parts.map(({ share }) => share)).toEqual([0, 0.75, 0.25, 0, 0])
  })
})

describe('a device against the host', () => {
  const one = (changed: Partial<BoardPrediction> = {}): BoardPrediction => ({
    ...{ type: 'prediction', index: 0, predicted: 1, guarded: 0, common: 0, scores: [0.5, 2] },
    ...changed,
  })

  it('is word for word the same, or differs by a bit', () => {
    const next = one({ scores: [0.5 + 2 ** -53, 2] })
    expect(compareResults([one()], [one()], 'integer-exact')).toMatchObject({ differ: 0, broken: 0, firstBroken: null })
    expect(compareResults([one(), next], [one(), one()], 'integer-exact')).toMatchObject({
      differ: 1,
      broken: 1,
      firstBroken: 1,
    })
    expect(compareResults([one({ common: -0 })], [one()], 'float-exact')).toMatchObject({ differ: 1, broken: 1 })
  })

  it('may differ within 1e-5 of the largest score where a product has a float operand', () => {
    const within = one({ scores: [0.5 + 1.9 * tolerance, 2] })
    const beyond = one({ scores: [0.5 + 2.1 * tolerance, 2], predicted: 0 })
    expect(compareResults([within, beyond], [one(), one()], 'tolerance')).toMatchObject({
      differ: 2,
      broken: 1,
      otherClass: 1,
      firstBroken: 1,
    })
  })

  it('parts at the first step and site that have another checksum', () => {
    const line = (step: number, site: string, checksum: string): BoardTrace => ({
      ...{ type: 'trace', site, part: 0, step, label: 0, count: 4, checksum },
    })
    const host = [line(0, 'input', 'a'), line(0, 'hidden', 'b'), line(1, 'input', 'c')]
    expect(firstDifference(host, host)).toBeNull()
    const other = host.with(1, line(0, 'hidden', 'x'))
    expect(firstDifference(other, host)).toEqual({ step: 0, site: 'hidden', part: 0, device: 'x', host: 'b' })
    expect(firstDifference(host.slice(0, 2), host)).toMatchObject({ step: 1, site: 'input', device: 'nothing' })
  })
})

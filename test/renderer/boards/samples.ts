import type { BoardDescription } from '../../../src/shared/contract/board.ts'
import type { BoardEntry } from '../../../src/shared/contract/boardCalls.ts'
import type { LiveProfile } from '../../../src/shared/contract/liveProfile.ts'
import { profileResultSchema, type ProfileEntry, type ProfileResult } from '../../../src/shared/contract/profile.ts'
import { bitsLabel, type Bits, type Width } from '../../../src/shared/units.ts'

const moment = '2026-03-01T12:00:00.000Z'
const print = `sha256:${'ab'.repeat(32)}`

export function bitsOf(width: Width): Bits {
  const sites = { weights: width, input: width, hidden: width, gates: width, sigmoid: width, tanh: width, cell: width }
  return { ...sites, head: width, label: bitsLabel({ ...sites, head: width }) }
}

export function description(change: Partial<BoardDescription['facts']> = {}): BoardDescription {
  return {
    facts: {
      ...{ machine: 'aarch64', arch: 'aarch64', userland_bits: 64, model: null, cpu: 'Cortex-A76' },
      ...{ features: ['asimd', 'asimddp'], cores: 4, memory_bytes: 7.9e9, os: 'Debian 12', kernel: '6.6.31' },
      clusters: [{ cpus: [0, 1, 2, 3], model: 'Cortex-A76', capacity: 1024, min_hz: 1.5e9, max_hz: 2.4e9 }],
      libc: { name: 'glibc', version: '2.36' },
      compilers: [{ command: 'cc', version: 'gcc (Debian 12.2.0-14) 12.2.0', target: 'aarch64-linux-gnu' }],
      ...{ power: [], virtualization: null, emulated: false },
      ...change,
    },
    state: {
      ...{ boot: 'a', uptime_s: 100, load: 0.1, available_bytes: 5e9, free_bytes: 2e10 },
      clocks: [{ cpu: 0, hz: 2.4e9, governor: 'ondemand' }],
      temperatures: [{ zone: 'cpu', celsius: 81.7 }],
    },
  }
}

export function board(change: Partial<BoardEntry> = {}): BoardEntry {
  return {
    ...{ id: '01JD00000000000000000000B0', name: 'pi5', kind: 'ssh' as const, target: { host: 'pi5.local' } },
    ...{ trust: 'trusted' as const, key: null, refused: null, jumps: [], description: null, fingerprint: null },
    ...{ seen: null, created: moment, profiles: 0 },
    ...change,
  }
}

const percentile = (value_us: number, moved = false) => ({
  value_us,
  interval: { low: value_us * 0.999, high: value_us * 1.001, level: 0.95, method: 'bootstrap of windows' },
  moved,
})

const surroundings = { clock_hz: 2.4e9, temperature_c: 60, governor: 'ondemand', busy: 0.01, free_bytes: 1e9 }

/** A profile that the contract accepts. */
export function profile(change: Partial<ProfileResult> = {}): ProfileResult {
  return profileResultSchema.parse({
    ...{ id: '01JD00000000000000000000P0', created: moment, session: '01JD00000000000000000000S0' },
    board: { name: 'pi5', kind: 'ssh' },
    ...{ emulated: false, quick: true },
    model: { name: 'reads-w8', fingerprint: print },
    float: { name: 'reads', fingerprint: print },
    ...{ family: 'discriminative', bits: bitsOf(8), dataset: { name: 'notes', fingerprint: print }, split: 'test' },
    settings: {},
    program: { version: '0.1.0', how: 'built', compiler: 'gcc 12.2', kernels: 'dotprod', sha256: 'ab'.repeat(32) },
    core: 3,
    latency: {
      ...{ samples: 12, texts: 4, words: 40, median_us: 3190, windows_us: { low: 3170, high: 4180 }, mean_us: 3300 },
      ...{ least_us: 2900, greatest_us: 4900, timer_ns: 27 },
      percentiles: {
        ...{
          p50: percentile(3218),
          p90: percentile(4195, true),
          p95: percentile(4278, true),
          p99: percentile(4446, true),
        },
      },
      histogram: { low_us: 2800, width_us: 100, counts: [1, 4, 2], marked: [0, 1, 4], below: 0, above: 0 },
      windows: [0, 1].map((window) => ({
        ...{
          window,
          order: window,
          begin_s: window * 10,
          duration_s: 9,
          passes: 1,
          samples: 6,
          median_us: 3200,
          p99_us: 4400,
        },
        ...{
          clock_hz: null,
          temperature_c: null,
          foreign: 0,
          energy_uj: null,
          marks: window === 1 ? ['throttled'] : [],
        },
      })),
    },
    throughput: {
      ...{ batch: 32, texts_per_s: 512, windows: [510, 514] },
      interval: { low: 506, high: 517, level: 0.95, method: 'bootstrap of windows' },
    },
    memory: { peak_bytes: 6.4e6, empty_bytes: 1e6, net_bytes: 5.4e6, anonymous_bytes: null, private_bytes: 1e6 },
    sizes: { model_bytes: 250_000, program_bytes: 90_000, empty_bytes: 15_000, net_bytes: 75_000 },
    energy: { known: false, reason: 'no sensor on this board' },
    ...{ before: surroundings, after: surroundings },
    conditions: [{ at_s: 1, window: 0, clock_hz: 2.4e9, temperature_c: 61, power_w: null }],
    accuracy: { n: 500, right: 460, value: 0.92, interval: { low: 0.893, high: 0.941, level: 0.95, method: 'wilson' } },
    equality: {
      ...{ class: 'integer-exact', texts: 500, differ: 0, otherClass: 0, broken: 0, largest: 0, first: null },
      host: { run: '01JD00000000000000000000R0', kernels: 'avx2' },
    },
    shares: {
      method: 'counted by kernels that do one part',
      parts: [
        { name: 'unpacking', share: 0.2, per_inference_us: 640 },
        { name: 'products', share: 0.61, per_inference_us: 1950 },
      ],
    },
    ...{ description: description(), differences: [], duration_s: 60, warnings: [] },
    ...change,
  })
}

/** As lists show it. */
export function entry(change: Partial<ProfileResult> = {}): ProfileEntry {
  return { ...profile(change), kernels: 'dotprod' }
}

export function liveProfile(change: Partial<LiveProfile> = {}): LiveProfile {
  return {
    ...{ board: 'pi5', phase: 'measuring' as const, window: 1, windows: 5, marks: [[]], elapsed_s: 6.1, samples: 20 },
    variant: { name: 'reads-w8', family: 'discriminative', bits: bitsOf(8), index: 0, of: 2 },
    ...{ medians_us: [3201, 3219], p50_us: 3218, p90_us: 4195, p95_us: 4278, p99_us: null },
    histogram: { low_us: 2800, width_us: 100, counts: [1, 4], marked: [0, 0], below: 0, above: 0 },
    series: [{ at_s: 0, clock_hz: 2.4e9, temperature_c: null }],
    ...change,
  }
}

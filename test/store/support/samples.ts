import type { BoardDescription } from '../../../src/shared/contract/board.ts'
import type { ProfileResult } from '../../../src/shared/contract/profile.ts'
import type { BoardRow, SeenDescription, StoredHostKey } from '../../../src/store/index.ts'
import { ulid } from 'ulid'
import type { Job } from '../../../src/shared/contract/jobs.ts'
import type { JobOwner, NewRun, NewStudy, TestOpening } from '../../../src/store/index.ts'

export const fingerprint = `sha256:${'ab'.repeat(32)}`

export const owner: JobOwner = { instance: '01JD0000000000000000000001', pid: 4242, start: 'boot/1000' }

export function sampleJob(change: Partial<Job> = {}): Job {
  return {
    id: ulid(),
    kind: 'throughput',
    title: 'Time the LSTM’s operations',
    state: 'queued',
    params: { hidden: [64, 100], batch: 64, steps: 64, repeats: 20 },
    progress: null,
    result: null,
    error: null,
    warnings: [],
    created: '2026-11-21T08:00:00.000Z',
    started: null,
    ended: null,
    ...change,
  }
}

export function sampleRun(change: Partial<NewRun> = {}): NewRun {
  return {
    id: ulid(),
    stage: 'evaluation',
    stageVersion: 1,
    inputs: { model: fingerprint, dataset: fingerprint },
    recipe: { bits: { weights: 4, cell: 8 }, noise: { kind: 'qwerty', level: 0.05 } },
    seed: 7,
    created: '2026-11-21T08:00:00.000Z',
    duration_s: 1.25,
    engine: 'tensorflow 2.21.0 cpu',
    kernel: 'avx2',
    machine: 'x64, 2 cores',
    result: {
      accuracy: 0.875,
      confusion: [
        [7, 1],
        [0, 8],
      ],
    },
    warnings: [{ code: 'few-texts', message: 'The interval is wide.', subject: 'n' }],
    tags: ['paper'],
    ...change,
  }
}

/** The parts of a quantized evaluation's result that a table of many shows. */
export function sampleEvaluation(change: object = {}): object {
  const interval = { low: 0.86, high: 0.89, level: 0.95, method: 'wilson' }
  return {
    model: { id: '01JD00000000000000000000M0', name: 'disc "quoted" ü', fingerprint },
    ...{ family: 'discriminative', dataset: { name: 'ag-news', fingerprint }, split: 'test' },
    ...{ noise: { kind: 'qwerty', level: 0.05 }, shift: null, n: 16, accuracy: 0.875, interval },
    ...{ macroF1: 0.874, nll: 0.5, calibration: { ece: 0.0625, bins: [] } },
    quantization: {
      ...{ fingerprint: `sha256:${'cd'.repeat(32)}`, bytes: 1188864, recipe: { target: 'ours' } },
      bits: { weights: 4, label: 'W4 A4 C4' },
      calibration: { composition: { World: 0.5, Sports: 0.5 }, draw: 3 },
      float: {
        agreement: 0.9375,
        difference: { value: -0.125, interval: { low: -0.25, high: 0, level: 0.95, method: 'tango' } },
      },
    },
    ...change,
  }
}

/** ULIDs whose order is that of `index`. */
export function orderedId(index: number): string {
  return ulid(1_763_712_000_000 + index)
}

export function sampleOpening(change: Partial<TestOpening> = {}): TestOpening {
  return {
    id: ulid(),
    opened: '2026-11-21T08:00:00.000Z',
    dataset: fingerprint,
    runKey: 'cd'.repeat(32),
    program: 'bitgauge 0.1.0',
    ...change,
  }
}

export function sampleStudy(change: Partial<NewStudy> = {}): NewStudy {
  return {
    id: ulid(),
    name: 'calibration',
    fingerprint,
    yaml: 'bitgauge: study/1\nname: calibration # ‘quoted’, a " and a tab\t\n',
    folder: '/data/studies',
    dataset: null,
    versions: { training: 1, evaluation: 1 },
    created: '2026-11-21T08:00:00.000Z',
    ...change,
  }
}

const moment = '2026-11-21T08:00:00.000Z'

export function sampleBoard(): BoardRow {
  return {
    id: '01JD00000000000000000000B0',
    name: 'pi5-bench',
    created: moment,
    target: { host: 'pi5.local', user: 'lab', port: 2222 },
    refused: null,
  }
}

export function sampleKey(): StoredHostKey {
  const key = { algorithm: 'ssh-ed25519', fingerprint: `SHA256:${'a'.repeat(43)}` }
  return { host: 'pi5.local', port: 2222, key, since: moment }
}

const description: BoardDescription = {
  facts: {
    ...{ machine: 'aarch64', arch: 'aarch64', userland_bits: 64, model: 'Raspberry Pi 5', cpu: 'Cortex-A76' },
    ...{ features: ['asimd', 'asimddp'], cores: 4, memory_bytes: 8_447_000_000, os: 'Debian GNU/Linux 12' },
    clusters: [
      { cpus: [0, 1, 2, 3], model: 'Cortex-A76', capacity: 1024, min_hz: 1_500_000_000, max_hz: 2_400_000_000 },
    ],
    ...{ kernel: '6.6.51', libc: { name: 'glibc', version: '2.36' }, power: [], virtualization: null, emulated: false },
    compilers: [{ command: 'gcc', version: 'gcc (Debian 12.2.0-14) 12.2.0', target: 'aarch64-linux-gnu' }],
  },
  state: {
    ...{ boot: '0b0c', uptime_s: 100, load: 0.1, available_bytes: 7_000_000_000, free_bytes: 20_000_000_000 },
    clocks: [{ cpu: 3, hz: 2_400_000_000, governor: 'performance' }],
    temperatures: [{ zone: 'cpu-thermal', celsius: 51.2 }],
  },
}

export function sampleSeen(): SeenDescription {
  return { seen: moment, fingerprint, description }
}

/** A profile of two samples in two windows. */
export function sampleProfile(changed: Partial<ProfileResult> = {}): ProfileResult {
  const interval = { low: 3210, high: 3220, level: 0.95, method: 'bootstrap-percentile-exact' }
  const percentile = { value_us: 3220, interval, moved: false }
  const window = (k: number, median_us: number): ProfileResult['latency']['windows'][number] => ({
    ...{ window: k, order: k, begin_s: 10 * k, duration_s: 10, passes: 1, samples: 1, median_us, p99_us: median_us },
    ...{ clock_hz: null, temperature_c: null, foreign: 0.001, energy_uj: null, marks: [] },
  })
  const around = { clock_hz: null, temperature_c: null, governor: null, busy: 0.1, free_bytes: null }
  const bits = { weights: 8, input: 8, hidden: 8, gates: 8, sigmoid: 8, tanh: 8, cell: 8, head: 8 } as const
  return {
    ...{ id: '01JD00000000000000000000P0', created: moment, session: '01JD00000000000000000000E0' },
    ...{ board: { name: 'pi5-bench', kind: 'ssh' }, emulated: false, quick: false },
    ...{ model: { name: 'disc-w8', fingerprint }, float: { name: 'disc', fingerprint }, family: 'discriminative' },
    ...{ bits: { ...bits, label: 'W8 A8 C8' }, dataset: { name: 'ag-news', fingerprint }, split: 'test' },
    settings: { quick: false, batch: 1, timedTexts: 1, texts: 0, seed: 1, core: null, kernels: null, shares: false },
    program: { version: '0.1.0', how: 'built', compiler: 'gcc 12.2.0', kernels: 'dotprod', sha256: 'ab'.repeat(32) },
    core: 3,
    latency: {
      ...{ samples: 2, texts: 1, words: 20, median_us: 3215, windows_us: { low: 3210, high: 3220 }, mean_us: 3215 },
      ...{ least_us: 3210, greatest_us: 3220, timer_ns: 40, windows: [window(0, 3210), window(1, 3220)] },
      percentiles: { p50: percentile, p90: percentile, p95: percentile, p99: percentile },
      histogram: { low_us: 3210, width_us: 10, counts: [1, 1], marked: [0, 0], below: 0, above: 0 },
    },
    throughput: null,
    memory: {
      peak_bytes: 6_400_000,
      empty_bytes: 1_900_000,
      net_bytes: 4_500_000,
      anonymous_bytes: 900_000,
      private_bytes: 80_000,
    },
    sizes: { model_bytes: 1_090_304, program_bytes: 180_000, empty_bytes: 16_000, net_bytes: 164_000 },
    energy: { known: false, reason: 'no sensor on this board' },
    ...{ before: around, after: around, conditions: [], accuracy: null, equality: null, shares: null },
    ...{ description, differences: [], duration_s: 61, warnings: [] },
    ...changed,
  }
}

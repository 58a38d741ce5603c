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

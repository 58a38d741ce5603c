import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expandStudy } from '../../../src/core/study/expandStudy.ts'
import { floatGroups, quantizedGroups } from '../../../src/host/study/cellGroups.ts'
import { isFatal, isPassing, withAttempts } from '../../../src/host/study/endings.ts'
import { adjustmentsShown } from '../../../src/host/study/results/adjustments.ts'
import { gatherWarnings } from '../../../src/host/study/results/gatherWarnings.ts'
import { StudyProgress } from '../../../src/host/study/studyProgress.ts'
import { tidyWork } from '../../../src/host/study/tidyWork.ts'
import type { Progress } from '../../../src/shared/contract/jobs.ts'
import type { WeightAdjustment } from '../../../src/shared/contract/quantization.ts'
import { AppError } from '../../../src/shared/errors.ts'
import { openStore } from '../../../src/store/index.ts'
import { takeRunWork } from '../../../src/store/models/index.ts'
import { sampleRun } from '../../store/support/samples.ts'
import { temporaryFolder } from '../harness.ts'
import { readSample } from '../../core/study/sampleStudy.ts'

const { study } = readSample({
  calib: 'calibration: {draws: 2, compositions: {balanced: balanced, one: {World: 1}}}',
  '  bits': '  bits: [4]',
  '  noise': '  noise: [{kind: swap, level: 0.1}, {kind: none}]',
  '  gen': '  gen: {model: other}',
  exclude: 'exclude: [{model: gen}, {seed: 2}]',
})
const cells = expandStudy(study).map(({ cell }, number) => ({ number, cell }))

describe('the cells that one task measures', () => {
  it('are those of one quantized model, its inputs with clean input first', () => {
    const groups = quantizedGroups(study, cells.filter(({ cell }) => cell.recipe === 'ours'), () => 'discriminative') // prettier-ignore
    expect(groups.map(({ calibration, inputs }) => [calibration?.composition, calibration?.draw, inputs.map(({ input }) => input.noise.kind)])).toEqual([
      ['balanced', 0, ['none', 'swap']],
      ['balanced', 1, ['none', 'swap']],
      ['one', 0, ['none', 'swap']],
      ['one', 1, ['none', 'swap']],
    ]) // prettier-ignore
    expect(groups.flatMap(({ inputs }) => inputs.flatMap(({ numbers }) => numbers)).sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]) // prettier-ignore
  })

  it('are those of every composition and draw where the recipe takes nothing from calibration', () => {
    const dynamic = cells.filter(({ cell }) => cell.recipe === 'mine')
    const groups = quantizedGroups(study, dynamic, () => 'discriminative')
    expect(groups.map(({ calibration, inputs }) => [calibration, inputs.map(({ numbers }) => numbers.length)])).toEqual([[null, [4, 4]]]) // prettier-ignore
  })

  it('of a float model are one each, clean input before all others', () => {
    const groups = floatGroups(study, cells.filter(({ cell }) => cell.recipe === null)) // prettier-ignore
    expect(groups.map(({ model, inputs }) => [model, inputs.map(({ input }) => input.noise.kind)])).toEqual([
      ['disc/1', ['none']],
      ['disc/1', ['swap']],
    ])
  })
})

describe('what ends', () => {
  const failure = (code: AppError['code']): AppError => new AppError(code, 'It failed.')

  it('a cell alone, what ends the study, and what the next run tries again', () => {
    expect(['disk-full', 'library-missing', 'cancelled'].every((code) => isFatal(failure(code as 'disk-full')))).toBe(
      true,
    )
    expect(isFatal(new TypeError('a defect'))).toBe(true)
    expect(
      ['input-invalid', 'compute-crashed', 'out-of-memory'].some((code) => isFatal(failure(code as 'internal'))),
    ).toBe(false)
    expect([isPassing({ code: 'compute-crashed' }), isPassing({ code: 'input-invalid' })]).toEqual([true, false])
  })

  it.each([
    ['compute-crashed', 3],
    ['input-invalid', 1],
  ] as const)('with %s is tried %i times', async (code, times) => {
    let attempts = 0
    const work = (): Promise<never> => {
      attempts += 1
      return Promise.reject(failure(code))
    }
    await expect(withAttempts(new AbortController().signal, work)).rejects.toMatchObject({ code })
    expect(attempts).toBe(times)
  })
})

describe('what a killed program left', () => {
  const home = temporaryFolder()

  it('goes where its run is stored; what goes on, what is in use and what is nobody’s run stays', async () => {
    const store = openStore({ home: home() })
    const keys = [1, 2, 3, 4].map((seed) => store.runs.put(sampleRun({ seed })).run.key)
    const [left, training, trained, used] = keys as [string, string, string, string]
    const leave = (key: string, ...files: string[]): void => {
      mkdirSync(join(home(), 'work', key), { recursive: true })
      for (const file of files) writeFileSync(join(home(), 'work', key, file), '')
    }
    leave(left, 'owner.json', 'predicted.u16')
    leave(training, 'checkpoint.safetensors')
    leave(trained, 'checkpoint.safetensors', 'model.safetensors')
    const work = await takeRunWork(home(), used)
    leave('f'.repeat(64), 'checkpoint.safetensors')
    await tidyWork(home(), store.runs)
    expect(readdirSync(join(home(), 'work')).sort()).toEqual([training, used, 'f'.repeat(64)].sort())
    await work.discard()
    store.close()
  })
})

describe('what is shown of a study', () => {
  it('puts warnings together by what was found and where', () => {
    const told = ['a', 'b', 'c', 'd'].flatMap((where) =>
      ['hidden', 'cell'].map((subject) => ({
        warning: { code: 'signal-dead', message: `${subject} was 0.`, subject },
        where,
      })),
    )
    const other = { warning: { code: 'signal-dead', message: 'input was 0.', subject: 'input' }, where: 'a' }
    expect(gatherWarnings([...told, other])).toEqual([
      {
        code: 'signal-dead',
        subject: 'hidden',
        message: 'hidden was 0. The same of cell. In 4 cells: a; b; c; and 1 more.',
      },
      { code: 'signal-dead', subject: 'input', message: 'input was 0. In 1 cell: a.' },
    ])
  })

  it('has adjustments within half a step in bins of their own, and what lies beyond in the outer ones', () => {
    const bins = new Array<number>(40).fill(0)
    bins[20] = 5 // 0 to 0.05 steps
    bins[2] = 3 // -0.9 to -0.85
    const one: WeightAdjustment = { part: 0, array: 'lstm-x', gate: null, weights: 10, mean: 1, largest: 2, meanSteps: 0.2, wasserstein: 0.1, atEnds: 0, normRatio: 1, steps: { below: 1, bins, above: 0 } } // prettier-ignore
    const [shown] = adjustmentsShown([one])
    expect(shown?.histogram).toHaveLength(20)
    expect([shown?.histogram[0], shown?.histogram[10], shown?.largestSteps]).toEqual([4, 5, 2])
    expect(adjustmentsShown([{ ...one, steps: { below: 0, bins, above: 0 } }])[0]?.largestSteps).toBeCloseTo(0.9, 12)
    expect(adjustmentsShown([{ ...one, array: 'label-vectors' }])).toEqual([])
  })

  it('counts cells that failed as gone through, and says nothing of the time before one has ended', () => {
    const told: Progress[] = []
    const progress = new StudyProgress((one) => told.push(one))
    progress.begin({ total: 10, done: 3, failed: 1 })
    progress.advance(2)
    expect(told.map(({ phase, done, total }) => [phase, done, total])).toEqual([
      ['cells', 4, 10],
      ['cells', 6, 10],
    ])
    expect(told.map(({ left_s }) => left_s === undefined)).toEqual([true, false])
    progress.part('training')({ phase: 'reading', done: 1, total: 2, unit: 'texts' })
    expect(told.at(-1)).toMatchObject({ phase: 'training: reading', done: 1 })
  })
})

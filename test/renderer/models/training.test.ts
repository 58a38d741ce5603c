import { describe, expect, it } from 'vitest'
import { newTraining, trainInput, trainProblems } from '../../../src/renderer/features/models/trainForm.ts'
import { trainingCurves } from '../../../src/renderer/features/models/trainingCurves.ts'
import { openTrainings, trainingJobOf } from '../../../src/renderer/features/models/trainingJobs.ts'
import { parametersOf } from '../../../src/renderer/text/models.ts'
import { lookOf } from '../../../src/shared/charts/look.ts'
import { lightTokens } from '../../../src/shared/charts/tokens.ts'
import type { Job } from '../../../src/shared/contract/jobs.ts'
import { trainSchema } from '../../../src/shared/contract/training.ts'

const form = newTraining('notes')
const parsed = (part: Partial<typeof form>) => trainSchema.parse(trainInput({ ...form, ...part }))

describe('the form of a training', () => {
  it('begins with the contract’s own defaults', () => {
    const model = { family: 'discriminative' as const }
    expect(parsed({})).toEqual(trainSchema.parse({ dataset: 'notes', model }))
    expect(parsed({ family: 'generative' })).toEqual(
      trainSchema.parse({ dataset: 'notes', model: { family: 'generative' } }),
    )
  })

  it('turns per cent into shares and switches into null', () => {
    const { options, rows } = parsed({
      clips: false,
      stops: true,
      patience: 4,
      noise: 'swap',
      noiseLevel: 5,
      noiseShare: 40,
      rows: 'stratified',
      rowCount: 200,
      seed: 3,
    })
    expect(options).toMatchObject({
      clip: null,
      patience: 4,
      noise: { noise: { kind: 'swap', level: 0.05 }, share: 0.4 },
    })
    expect(rows).toEqual({ kind: 'stratified', rows: 200, seed: 3 })
  })

  it('names what is wrong at its field', () => {
    expect(trainProblems({ ...form, dataset: '' }, [])).toHaveProperty('dataset')
    expect(trainProblems({ ...form, name: 'Not so' }, [])).toHaveProperty('name')
    expect(trainProblems({ ...form, name: 'there' }, ['there'])).toHaveProperty('name')
    expect(trainProblems({ ...form, hidden: 0 }, [])).toHaveProperty('hidden')
    expect(trainProblems(form, ['there'])).toEqual({})
  })

  // 50 words of 7 numbers, and 4 gates of 5 rows over 7 inputs, 5 states and a bias: 350 + 260.
  it.each([
    [{ family: 'discriminative' as const }, 610 + 4 * 6],
    [{ family: 'generative' as const, classBias: true }, 610 + 50 * 6 + 50 * 3 + 4 * 3 + 50 * 4],
    [{ family: 'generative' as const, head: 'independent' as const }, 4 * (610 + 50 * 6)],
  ])('tells as many parameters as the model will have: %j', (part, parameters) => {
    const { model } = parsed({ ...part, embedding: 7, hidden: 5, labelEmbedding: 3 })
    expect(parametersOf(model, 50, 4)).toBe(parameters)
  })
})

const look = lookOf((token) => lightTokens[token], { sans: 'sans', mono: 'mono' })
const points = [
  { epoch: 1, loss: 1.2, accuracy: 0.5, devAccuracy: 0.55 },
  { epoch: 2, loss: 0.8, accuracy: 0.7, devAccuracy: 0.66 },
]

describe('the curves of a training', () => {
  it('are nothing before the first epoch has ended', () => {
    expect(trainingCurves({ family: 'discriminative', points: [], epochs: 6, best: null }, look, 700)).toBeNull()
  })

  it('are a point an epoch, in a table too, with the epoch that was kept', () => {
    const figure = trainingCurves({ family: 'discriminative', points, epochs: 6, best: 1 }, look, 700)
    expect(figure?.table.rows).toEqual([
      ['1', '1.200', '50.00', '55.00', 'kept'],
      ['2', '0.800', '70.00', '66.00', ''],
    ])
    expect(figure?.data?.[0]?.words).toBe('epoch 1, kept: loss 1.200, train 50.0 %, dev 55.0 %')
    expect(figure?.option.xAxis.map(({ max }) => max)).toEqual([6, 6])
    expect(figure?.option.yAxis[1]).toMatchObject({ min: 0, max: 1 })
  })

  it('have no line for what was not measured', () => {
    const bare = points.map((point) => ({ ...point, accuracy: null, devAccuracy: null }))
    const figure = trainingCurves({ family: 'generative', points: bare, epochs: 2, best: null }, look, 300)
    expect(figure?.keys).toHaveLength(1)
    expect(figure?.table.rows[0]).toEqual(['1', '1.200', 'not measured', 'not measured', ''])
    expect(figure?.words).toContain('2 of 2 epochs')
  })
})

const asked = parsed({})
const job = (id: string, state: Job['state'], name = 'a'): Job => ({
  id: `01KAF3MZ7Q00000000000000${id}`,
  kind: 'training',
  title: `Train ${name}`,
  state,
  params: {
    name,
    spec: { ...asked.model, words: 10, classes: 2 },
    options: asked.options,
    asked,
    work: '/somewhere',
  },
  progress: null,
  result: null,
  error: null,
  warnings: [],
  created: '2026-11-21T00:00:00.000Z',
  started: null,
  ended: null,
})

describe('trainings that are no model yet', () => {
  it('are listed once a name, by the newest attempt, and not when they are done', () => {
    const jobs = [job('04', 'done', 'b'), job('03', 'running'), job('02', 'cancelled'), job('01', 'failed', 'b')]
    expect(openTrainings(jobs).map((one) => one.job.id.slice(-2))).toEqual(['03'])
  })

  it('know what was asked for, and say where they do not', () => {
    expect(trainingJobOf(job('01', 'running'))?.asked).toEqual(asked)
    const old = job('01', 'running')
    expect(trainingJobOf({ ...old, params: { ...(old.params as object), asked: undefined } })?.asked).toBeNull()
    expect(trainingJobOf({ ...old, params: {} })).toBeNull()
    expect(trainingJobOf({ ...old, kind: 'profile' })).toBeNull()
  })
})

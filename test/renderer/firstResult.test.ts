import { describe, expect, it } from 'vitest'
import { accuracyByBits } from '../../src/shared/charts/accuracyByBits.ts'
import { lookOf } from '../../src/shared/charts/look.ts'
import { lightTokens } from '../../src/shared/charts/tokens.ts'
import { resultRowSchema } from '../../src/shared/contract/results.ts'
import { exampleRows } from '../../src/renderer/features/start/exampleRows.ts'
import { commonScale, headlineOf } from '../../src/renderer/features/start/headline.ts'
import { phasesOf } from '../../src/renderer/features/start/phases.ts'
import { makeResults } from '../core/export/results.ts'

const estimate = { training_s: 60, cells_s: 30, workers: 2, disk_bytes: 1, basis: 'a guess' }
const shares = (phase: string, done: number, total: number | null) =>
  phasesOf(estimate, { phase, done, total, unit: '' }, false).map(({ share }) => share)

describe('phasesOf', () => {
  it('is nothing done before the first news, and all of it at the end', () => {
    expect(phasesOf(estimate, null, false).map(({ share }) => share)).toEqual([0, 0, 0])
    expect(phasesOf(estimate, null, true).map(({ share }) => share)).toEqual([1, 1, 1])
  })

  it('counts the trainings before this one, and then the cells', () => {
    expect(shares('looking at the dataset', 0, null)).toEqual([0, 0, 0])
    expect(shares('training reads, seed 1, 1 of 2: training', 50, 100)).toEqual([1, 0.25, 0])
    expect(shares('training writes, seed 1, 2 of 2: training', 50, 100)).toEqual([1, 0.75, 0])
    expect(shares('cells', 97, 388)).toEqual([1, 1, 0.25])
  })
})

describe('headlineOf', () => {
  const { answers } = makeResults()

  it('takes the first question that has an answer and the largest difference that has an interval', () => {
    const headline = headlineOf(answers)
    const first = answers.find(({ verdict }) => verdict !== 'waiting')
    expect(headline?.question).toBe(first?.question.name)
    const sizes = (first?.contrasts ?? []).flatMap(({ difference, interval }) =>
      difference === null || interval === null ? [] : [Math.abs(difference)],
    )
    expect(Math.abs(headline?.contrast?.difference ?? 0)).toBe(Math.max(...sizes))
    expect(headlineOf([])).toBeNull()
  })

  it('shares a scale that holds every interval and 0', () => {
    const headline = headlineOf(answers)
    const { low, high } = commonScale([headline, null])
    expect(low).toBeLessThan(Math.min(0, headline?.contrast?.interval.low ?? 0))
    expect(high).toBeGreaterThan(Math.max(0, headline?.contrast?.interval.high ?? 0))
  })
})

describe('the example', () => {
  it('has rows of the contract’s form and draws both families, with the doubt of the narrow widths', () => {
    const rows = exampleRows().map((row) => resultRowSchema.parse({ ...row, id: '01JD00000000000000000000R0' }))
    expect(rows).toHaveLength(10)
    for (const { accuracy, interval } of rows) {
      expect(interval.low).toBeLessThan(accuracy)
      expect(interval.high).toBeGreaterThan(accuracy)
    }
    const look = lookOf((token) => lightTokens[token], { sans: "'Sans'", mono: "'Mono'" })
    const figure = accuracyByBits({ rows: exampleRows() }, look, { panels: 'composition', enlarged: false, only: {} })
    expect(figure?.keys.map(({ label }) => label)).toEqual(['reads (discriminative)', 'writes (generative)'])
    expect(figure?.notes.join(' ')).toContain('A signal was 0')
  })
})

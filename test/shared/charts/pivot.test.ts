import { describe, expect, it } from 'vitest'
import { pivot, type PivotCell, type PivotRequest } from '../../../src/shared/charts/pivot.ts'
import { usualPivots } from '../../../src/shared/charts/requests.ts'
import { summarize } from '../../../src/shared/charts/summary.ts'
import type { Answer, Contrast, ResultRow, Results } from '../../../src/shared/contract/results.ts'
import { makeResults } from '../../core/export/results.ts'

const results = makeResults()
const asked = (request: Partial<PivotRequest>): PivotRequest => ({
  rows: ['model'],
  columns: ['bits'],
  value: 'accuracy',
  only: {},
  best: 'none',
  ...request,
})

function find(found: ReturnType<typeof pivot>, row: string, column: string): PivotCell {
  const i = found.rows.findIndex((one) => one.join(' ') === row)
  const j = found.columns.findIndex((one) => one.join(' ') === column)
  return found.cells[i]?.[j] as PivotCell
}

/** Three rows with figures that can be worked out by hand. */
function small(change: (row: ResultRow, index: number) => Partial<ResultRow>): Results {
  const made = makeResults({
    models: { disc: 'discriminative' },
    widths: [4],
    compositions: ['a'],
    draws: 3,
    noises: [{ kind: 'none', level: 0 }],
  })
  return { ...made, answers: [], rows: made.rows.map((row, index) => ({ ...row, ...change(row, index) })) }
}

describe('the difference of a cell from float', () => {
  it('is the mean over its draws, null of float, where one is not known, and of other measures', () => {
    const differences = [null, -0.1, -0.2, -0.3]
    const interval = { low: -1, high: 1, level: 0.95, method: 'tango' as const }
    const rows = small((_, index) => {
      const value = differences[index] ?? null
      return { difference: value === null ? null : { value, interval } }
    })
    expect(find(pivot(rows, asked({})), 'disc', 'W4 A4 C4').delta).toBeCloseTo(-0.2, 12)
    expect(find(pivot(rows, asked({})), 'disc', 'float').delta).toBeNull()
    expect(find(pivot(rows, asked({ value: 'agreement' })), 'disc', 'W4 A4 C4').delta).toBeNull()
    // Two draws of one seed and one of another, taken together as the accuracy beside it is: (-0.15 - 0.3) / 2.
    const uneven = { ...rows, rows: rows.rows.map((row) => ({ ...row, seed: row.draw === 2 ? 2 : 1 })) }
    expect(find(pivot(uneven, asked({})), 'disc', 'W4 A4 C4').delta).toBeCloseTo(-0.225, 12)
    const unknown = small(() => ({ difference: null }))
    expect(find(pivot(unknown, asked({})), 'disc', 'W4 A4 C4').delta).toBeNull()
  })
})

describe('summarize', () => {
  const rows = small((row, index) => (row.draw === null ? {} : { accuracy: [0, 0.7, 0.8, 0.9][index] as number })).rows

  it('gives a single cell with its own Wilson interval', () => {
    const summary = summarize([rows[1] as ResultRow], 'accuracy')
    expect(summary).toMatchObject({ value: 0.7, kind: 'interval', method: 'wilson', level: 0.95, cells: 1, n: 7600 })
    expect([summary.low, summary.high]).toEqual([rows[1]?.interval.low, rows[1]?.interval.high])
  })

  it('gives several draws as their mean with the lowest and the highest, never as one larger set of texts', () => {
    const summary = summarize(rows.slice(1), 'accuracy')
    expect(summary.value).toBeCloseTo(0.8, 12)
    expect(summary).toMatchObject({
      low: 0.7,
      high: 0.9,
      kind: 'range',
      level: null,
      method: null,
      draws: 3,
      seeds: 1,
      n: 7600,
    })
  })

  it('counts each training seed once, however many draws it has', () => {
    const uneven = [0.5, 0.5, 0.5, 0.9].map((accuracy, index) => ({
      ...(rows[1] as ResultRow),
      accuracy,
      draw: index,
      seed: index < 3 ? 1 : 2,
    }))
    expect(summarize(uneven, 'accuracy').value).toBeCloseTo(0.7, 12)
  })

  it('takes no mean of runs that no axis tells apart: the newest counts, and a warning tells of the others', () => {
    const [first, second, third] = rows
      .slice(1)
      .map((row, index) => ({ ...row, draw: Math.min(index, 1), id: `run-${index}` }))
    const summary = summarize([first, third, second] as ResultRow[], 'accuracy')
    expect(summary).toMatchObject({ value: 0.8, low: 0.7, high: 0.9, cells: 2, draws: 2, kind: 'range' })
    expect(summary.warnings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      expect.stringMatching(/^other-runs-here: 1 more run stands at the same place\. It differs in what no axis tells/),
    ])
    expect(summary.ids.toSorted()).toEqual(['run-0', 'run-1', 'run-2'])
    const alone = summarize([{ ...(first as ResultRow), draw: 1 }, second] as ResultRow[], 'accuracy')
    expect(alone).toMatchObject({ value: 0.8, kind: 'interval', method: 'wilson', cells: 1 })
  })

  it('rests on the cells that have the figure: one of three has its own interval, and is no range of nothing', () => {
    const interval = { low: -0.2, high: 0.1, level: 0.95, method: 'tango' as const }
    const some = rows
      .slice(1)
      .map((row, index) => ({ ...row, difference: index === 1 ? { value: -0.1, interval } : null }))
    const summary = summarize(some, 'difference')
    expect(summary).toMatchObject({ value: -0.1, low: -0.2, high: 0.1, kind: 'interval', method: 'tango', cells: 1 })
  })

  it('says that a figure has no interval, and that a count needs none', () => {
    expect(summarize([rows[1] as ResultRow], 'macroF1').kind).toBe('none')
    expect(summarize(rows.slice(1), 'bytes')).toMatchObject({ kind: 'exact', low: null, value: 1_500_000 })
  })
})

describe('pivot', () => {
  it('puts float first and then widths from wide to narrow', () => {
    const found = pivot(results, asked({ rows: ['model', 'composition'] }))
    expect(found.columns.flat()).toEqual([
      'float',
      'W16 A16 C16',
      'W8 A8 C8',
      'W7 A7 C7',
      'W6 A6 C6',
      'W5 A5 C5',
      'W4 A4 C4',
      'W3 A3 C3',
      'W2 A2 C2',
    ])
    expect(found.rows[0]).toEqual(['disc', 'balanced'])
  })

  it('takes clean input where nobody says what noise is meant', () => {
    const found = pivot(results, asked({ rows: ['model', 'composition'] }))
    expect(found.only).toEqual({ noise: ['none'] })
    expect(find(found, 'disc one', 'W4 A4 C4').summary).toMatchObject({ cells: 3, draws: 3, kind: 'range' })
  })

  it('shows a float model in every row that is about float, with its one interval', () => {
    const found = pivot(results, asked({ rows: ['model', 'composition'] }))
    const [first, second] = [find(found, 'disc balanced', 'float'), find(found, 'disc natural', 'float')]
    expect(first).toMatchObject({ float: true, summary: { kind: 'interval', cells: 1 } })
    expect(second.summary).toEqual(first.summary)
  })

  it.each<[string, Partial<PivotRequest>]>([
    ['compositions', {}],
    ['widths', { rows: ['model'], columns: ['composition'] }],
    ['noises', { rows: ['composition', 'model'], only: { noise: ['none', 'qwerty 0.05'] } }],
    ['models', { rows: ['composition'] }],
  ])('refuses a cell that would take several %s together', (_what, request) => {
    expect(() => pivot(results, asked(request))).toThrowError(expect.objectContaining({ code: 'input-invalid' }))
  })

  it('refuses an axis in rows and columns, and a question that the study does not ask', () => {
    expect(() => pivot(results, asked({ rows: ['bits', 'composition'] }))).toThrowError(/axis twice/)
    expect(() => pivot(results, asked({ rows: ['model', 'composition'], question: 'other' }))).toThrowError(
      expect.objectContaining({ code: 'input-invalid', expected: 'composition-matters' }),
    )
  })

  it('keeps cells that are missing, and counts the draws that are', () => {
    const partial = makeResults({
      leaveOut: (row) =>
        row.composition === 'one' && (row.bits.weights === 4 || (row.bits.weights === 8 && row.draw === 2)),
    })
    const found = pivot(partial, asked({ rows: ['model', 'composition'] }))
    expect(find(found, 'disc one', 'W4 A4 C4')).toMatchObject({
      state: 'missing',
      summary: null,
      best: false,
      mark: null,
    })
    expect(find(found, 'disc one', 'W8 A8 C8')).toMatchObject({ state: 'partial', found: 2, expected: 3 })
    expect(find(found, 'disc three', 'W8 A8 C8')).toMatchObject({ state: 'measured', found: 3, expected: 3 })
  })

  it('makes the usual tables of any study without a refusal', () => {
    const noisy = makeResults({ seeds: [1, 2], draws: 2 })
    for (const study of [
      results,
      noisy,
      makeResults({ compositions: [] }),
      makeResults({ noises: [{ kind: 'none', level: 0 }] }),
    ]) {
      for (const request of usualPivots(study)) expect(pivot(study, request).cells.length).toBeGreaterThan(0)
    }
  })
})

describe('the best value', () => {
  const wide = { level: 0.95, method: 'wilson' }
  const study = (accuracies: [number, number], half: number, more: Partial<ResultRow> = {}) => {
    const made = makeResults({
      models: { a: 'discriminative', b: 'generative' },
      widths: [4],
      compositions: ['x'],
      draws: 1,
      noises: [{ kind: 'none', level: 0 }],
    })
    const rows = made.rows
      .filter((row) => row.draw !== null)
      .map((row, index) => {
        const accuracy = accuracies[index] as number
        return {
          ...row,
          accuracy,
          interval: { low: accuracy - half, high: accuracy + half, ...wide },
          ...(index === 0 ? more : {}),
        }
      })
    return pivot({ rows, answers: [] }, asked({ best: 'column' }))
      .cells.flat()
      .map((cell) => cell.best)
  }

  it('is marked where its interval is apart from the next', () => {
    expect(study([0.9, 0.8], 0.04)).toEqual([true, false])
  })

  it('is not marked where the intervals overlap', () => {
    expect(study([0.9, 0.8], 0.06)).toEqual([false, false])
  })

  it('is not one that carries a warning', () => {
    const warnings = [{ code: 'dead-signal', message: 'x', subject: '' }]
    expect(study([0.9, 0.8], 0.01, { warnings })).toEqual([false, false])
  })

  it('is the lowest of a size without a warning, and none where figures have no interval', () => {
    const one = makeResults({ models: { a: 'discriminative' }, compositions: ['x'], draws: 1 })
    const found = (value: 'bytes' | 'nll') => {
      const { columns, cells } = pivot(one, asked({ rows: ['model'], value, best: 'row' }))
      return columns.flat().filter((_, index) => cells[0]?.[index]?.best)
    }
    // Two bits are smaller still, and carry a warning.
    expect(found('bytes')).toEqual(['W3 A3 C3'])
    expect(found('nll')).toEqual([])
  })

  it('is told by the texts’ intervals also where draws agree among themselves', () => {
    // Three equal draws have a range of nothing; 0.80 and 0.805 of 7,600 texts are not apart.
    const made = makeResults({
      models: { a: 'discriminative', b: 'generative' },
      widths: [4],
      compositions: ['x'],
      noises: [{ kind: 'none', level: 0 }],
    })
    const rows = made.rows
      .filter((row) => row.draw !== null)
      .map((row) => {
        const accuracy = row.model === 'a' ? 0.805 : 0.8
        return { ...row, accuracy, interval: { low: accuracy - 0.009, high: accuracy + 0.009, ...wide } }
      })
    expect(
      pivot({ rows, answers: [] }, asked({ best: 'column' }))
        .cells.flat()
        .map((cell) => cell.best),
    ).toEqual([false, false])
  })
})

describe('marks', () => {
  const answerWith = (
    change: Partial<Contrast>,
    test: Answer['question']['test'] = 'sign-flip',
    only: Answer['question']['only'] = { noise: ['none'] },
  ): Results => {
    const [answer] = results.answers
    const [contrast] = answer?.contrasts ?? []
    const within = { model: 'disc', bits: 'W4 A4 C4' }
    const changed = { ...(contrast as Contrast), within, value: 'one', against: 'balanced', ...change }
    return {
      ...results,
      answers: [
        { ...(answer as Answer), question: { ...(answer as Answer).question, test, only }, contrasts: [changed] },
      ],
    }
  }
  const markIn = (study: Results, request: Partial<PivotRequest> = {}) =>
    find(pivot(study, asked({ rows: ['model', 'composition'], ...request })), 'disc one', 'W4 A4 C4').mark

  it.each<[string, Partial<Contrast>, Answer['question']['test'], string | null]>([
    ['a difference that was shown downwards', { verdict: 'held', difference: -0.02 }, 'sign-flip', 'below'],
    ['a difference that was shown upwards', { verdict: 'held', difference: 0.02 }, 'mcnemar', 'above'],
    [
      'a difference shown to be smaller than matters',
      { verdict: 'not-held', difference: -0.001 },
      'sign-flip',
      'equal',
    ],
    ['equivalence that was shown', { verdict: 'held', difference: -0.001 }, 'tost', 'equal'],
    ['equivalence that was refuted', { verdict: 'not-held', difference: -0.05 }, 'tost', 'below'],
    ['a test that shows nothing', { verdict: 'undecided', difference: -0.02 }, 'sign-flip', 'undecided'],
    ['the same by construction', { verdict: 'identical', difference: 0 }, 'sign-flip', 'equal'],
    ['what cannot be tested', { verdict: 'not-testable', difference: null }, 'sign-flip', null],
  ])('say of %s', (_what, change, test, mark) => {
    expect(markIn(answerWith(change, test))).toBe(mark)
  })

  it('stand only in the cell that the contrast is about', () => {
    const found = pivot(answerWith({ verdict: 'held' }), asked({ rows: ['model', 'composition'] }))
    expect(found.cells.flat().filter((cell) => cell.mark !== null)).toHaveLength(1)
    expect(found.question).toBe('composition-matters')
  })

  it('do not stand at noisy input when the question was about clean input', () => {
    const study = answerWith({ verdict: 'held' })
    expect(markIn(study, { only: { noise: ['qwerty 0.05'] } })).toBeNull()
  })

  it('do not stand where the question left open which noise it is about', () => {
    expect(markIn(answerWith({ verdict: 'held' }, 'sign-flip', {}))).toBeNull()
  })

  it('understand the values of a question as a study’s file writes them', () => {
    const only = { noise: ['none'], bits: [4] }
    expect(markIn(answerWith({ verdict: 'held', within: { model: 'disc' } }, 'sign-flip', only))).toBe('below')
  })

  it('of one draw do not stand at the mean of several, and stand where that draw alone is shown', () => {
    const study = answerWith(
      { verdict: 'held', within: { model: 'disc', bits: 'W4 A4 C4', seed: '1', draw: '0' } },
      'mcnemar',
      { noise: ['none'], draw: [0] },
    )
    expect(markIn(study)).toBeNull()
    expect(markIn(study, { only: { draw: ['0'] } })).toBe('below')
    expect(markIn(study, { only: { draw: ['1'] } })).toBeNull()
    const single = { ...study, rows: study.rows.filter(({ draw }) => draw === null || draw === 0) }
    expect(markIn(single)).toBe('below')
  })

  it('of all draws do not stand at some of them, nor those of some at all', () => {
    expect(markIn(answerWith({ verdict: 'held' }), { only: { draw: ['0', '1'] } })).toBeNull()
    const some = answerWith({ verdict: 'held' }, 'sign-flip', { noise: ['none'], draw: [0, 1] })
    expect(markIn(some)).toBeNull()
    expect(markIn(some, { only: { draw: ['0', '1'] } })).toBe('below')
  })

  it('are those of the first question that speaks of the cells, or of the one that is named', () => {
    const [answer] = results.answers
    const silent = {
      ...(answer as Answer),
      question: { ...(answer as Answer).question, name: 'silent' },
      contrasts: [],
    }
    const two = { ...results, answers: [silent, answer as Answer] }
    const request = asked({ rows: ['model', 'composition'] })
    expect(pivot(two, request).question).toBe('composition-matters')
    expect(pivot(two, { ...request, question: 'silent' }).question).toBeNull()
  })
})

import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { studySchema } from '../../../src/shared/contract/studyRules.ts'
import { cellAt, countsText, countStates, layOut, statesShown } from '../../../src/renderer/features/studies/cellMap.ts'
import { firstText } from '../../../src/renderer/features/studies/builder/firstText.ts'
import { contrastsOf, decisionWords } from '../../../src/renderer/features/studies/builder/questionWords.ts'
import { templates } from '../../../src/renderer/features/studies/builder/templateList.ts'

const nothing = { query: {}, before: null, taken: [], dataset: null, sets: [] }

describe('the text that a study begins with', () => {
  it.each(['', ...templates.map(({ id }) => id)])('from the template %j is a study, with hostile classes too', (id) => {
    const dataset = { name: 'r8', classes: ['<img src=x>: "]]>', '- a'] }
    for (const facts of [nothing, { ...nothing, dataset }]) {
      const text = firstText({ ...facts, query: { template: id } })
      expect(studySchema.safeParse(parse(text)).error).toBeUndefined()
    }
  })

  it('is a copy of another under a name that is free', () => {
    const before = '# why\nbitgauge: study/1\nname: one # so\n'
    expect(firstText({ ...nothing, before, taken: ['one', 'one-2'] })).toBe(before.replace('one', 'one-3'))
  })

  it('has the composition that the address asks for: shares, a usual one, or a stored set', () => {
    const sets = [{ id: '01', name: 'winter', manifest: { composition: { leaveOut: 'pump' }, size: 99 } }]
    const of = (composition: string) =>
      (parse(firstText({ ...nothing, sets, query: { composition } })) as { calibration: object }).calibration
    expect(of('{"pump":3,"motor":1}')).toMatchObject({ compositions: { composed: { pump: 3, motor: 1 } } })
    expect(of('natural')).toMatchObject({ compositions: { balanced: 'balanced', natural: 'natural' } })
    expect(of('winter')).toMatchObject({ size: 99, compositions: { winter: { leaveOut: 'pump' } } })
    expect(of('{nonsense')).toMatchObject({ compositions: { balanced: 'balanced' } })
  })
})

describe('what a question will decide', () => {
  const study = {
    models: { disc: {}, gen: {} },
    calibration: { draws: 12, compositions: { balanced: 'balanced', one: {}, two: {} } },
    grid: { bits: [8, 4] },
  }
  it('is a sentence with its margin, its unit and its correction, and how many contrasts it has', () => {
    const question = {
      compare: 'composition',
      against: 'balanced',
      within: ['model', 'bits'],
      unit: 'draw',
      test: 'sign-flip',
    }
    expect(decisionWords(study, question)).toBe(
      'Decides whether accuracy with each other composition differs from that with balanced, and by 0.5 points or more, for each model and widths by itself: a sign-flip permutation test, over paired calibration draws, corrected by Holm over its contrasts.',
    )
    expect(contrastsOf(study, question)).toBe(2 * 2 * 2)
    const holds = { compare: 'bits', against: 'float', unit: 'text', test: 'tost', smallest: 0.01, only: { bits: [4] } }
    expect(decisionWords(study, holds)).toContain('is within 1 point of that with float, looking at widths 4 alone')
    expect(contrastsOf(study, holds)).toBe(1)
    expect(decisionWords({}, {})).toBe('Say what is to be compared.')
  })
})

describe('the rows of a page of cells', () => {
  const page = (states: string, state: 'all' | 'done' | 'failed', offset = 0) =>
    statesShown(states, { state, offset, limit: 2 })

  it('are others when one of them has another state, and not when a cell elsewhere has', () => {
    expect(page('rooo', 'all')).not.toBe(page('dooo', 'all'))
    expect(page('doro', 'all')).toBe(page('dodo', 'all'))
    expect(page('doro', 'all', 2)).not.toBe(page('dodo', 'all', 2))
  })

  it('are, of one state, others when another cell is among them', () => {
    expect(page('odod', 'done')).not.toBe(page('ddod', 'done'))
    expect(page('ddod', 'done')).toBe(page('dddd', 'done'))
    expect(page('ddod', 'done', 2)).not.toBe(page('dddd', 'done', 2))
    expect(page('oooo', 'failed')).toBe(page('dddd', 'failed'))
  })
})

describe('the map of cells', () => {
  it('counts each state, and says them in words', () => {
    expect(countsText(countStates('ddrfo', { first: 0, count: 5 }))).toBe('2 done, 1 running, 1 failed, 1 waiting')
    expect(countStates('ddrfo', { first: 3, count: 2 })).toEqual({ open: 1, running: 0, done: 0, failed: 1 })
  })

  it.each([
    [3, 600],
    [252, 690],
    [10_000, 700],
    [7, 4],
  ])('finds each of %i cells in %i pixels where it is drawn', (count, width) => {
    const layout = layOut(count, width)
    for (const index of [0, 1, count - 1].filter((one) => one < count)) {
      const [x, y] = [index % layout.columns, Math.floor(index / layout.columns)].map((at) => at * (layout.size + 1))
      expect(cellAt(layout, count, (x as number) + 1, (y as number) + 1)).toBe(index)
    }
    expect(cellAt(layout, count, 0, layout.height + 5)).toBeNull()
  })
})

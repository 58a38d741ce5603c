import { describe, expect, it } from 'vitest'
import { chartsOfView, formatView, parseView, pivotOf, usualView } from '../../../src/shared/charts/viewState.ts'

describe('the view of a page of results in its address', () => {
  it('is the usual one where the address says nothing, and says nothing of the usual one', () => {
    expect(parseView({})).toEqual(usualView)
    expect(formatView(usualView)).toEqual({})
  })

  it('says filters, axes, measure, charts and question, and reads them back', () => {
    const query = {
      rows: 'model,composition',
      columns: 'bits,noise',
      measure: 'difference',
      'f.composition': 'balanced,one',
      'f.bits': 'W4 A4 C4',
      charts: 'noise-curves',
      question: 'composition-matters',
    }
    const view = parseView(query)
    expect(view).toEqual({
      filters: { bits: ['W4 A4 C4'], composition: ['balanced', 'one'] },
      rows: ['model', 'composition'],
      columns: ['bits', 'noise'],
      measure: 'difference',
      charts: ['noise-curves'],
      question: 'composition-matters',
    })
    expect(formatView(view)).toEqual(query)
  })

  it('keeps values that hold the comma and the per cent sign', () => {
    const filters = { model: ['a,b', '100% c', '%2C'] }
    expect(parseView(formatView({ ...usualView, filters })).filters).toEqual(filters)
  })

  it('leaves out what it does not know, and an axis that stands twice', () => {
    const view = parseView({
      rows: 'model,colour,model,bits',
      columns: 'bits',
      measure: 'beauty',
      'f.colour': 'red',
      charts: 'pie,noise-curves',
    })
    expect(view).toEqual({
      ...usualView,
      rows: ['model', 'bits'],
      columns: ['seed'],
      charts: ['noise-curves'],
    })
  })

  it('has the charts where they stand, each once', () => {
    const charts = ['significance', 'bits-by-composition'] as const
    expect(parseView({ charts: 'significance,bits-by-composition,significance' }).charts).toEqual(charts)
    expect(formatView({ ...usualView, charts: [...charts] })).toEqual({ charts: charts.join(',') })
  })

  it('takes the first of several texts of one name, and no charts where none are asked for', () => {
    expect(parseView({ measure: ['nll', 'ece'], charts: '' })).toEqual({ ...usualView, measure: 'nll', charts: [] })
  })

  it('asks for the table and the charts that are seen', () => {
    const view = parseView({
      'f.model': 'disc',
      'f.draw': '3',
      'f.bits': 'W4 A4 C4',
      charts: 'accuracy-by-bits,differences,weight-adjustments,noise-curves',
      question: 'q',
    })
    const only = { model: ['disc'], bits: ['W4 A4 C4'], draw: ['3'] }
    expect(pivotOf(view)).toEqual({
      rows: ['model', 'recipe'],
      columns: ['bits'],
      value: 'accuracy',
      only,
      best: 'column',
      question: 'q',
    })
    expect(chartsOfView(view)).toEqual([
      { kind: 'accuracy-by-bits', panels: 'composition', enlarged: false, only },
      { kind: 'accuracy-by-bits', panels: 'composition', enlarged: true, only },
      { kind: 'differences', question: 'q', page: 0 },
      { kind: 'weight-adjustments', set: { model: 'disc', bits: 'W4 A4 C4', draw: 3 }, against: null },
      { kind: 'noise-curves', only },
    ])
  })
})

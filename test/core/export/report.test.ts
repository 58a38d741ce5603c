import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { pivotTable } from '../../../src/core/export/pivotTable.ts'
import { studyReport } from '../../../src/core/export/report.ts'
import { describeSvg, svgDocument, tidySvg } from '../../../src/core/export/svgDocument.ts'
import { pivot } from '../../../src/shared/charts/pivot.ts'
import { makeHostileResults, makeResults } from './results.ts'

const results = makeResults()
const hostile = makeHostileResults()

function reportOf(study: typeof results): string {
  const found = pivot(study, {
    rows: ['model', 'composition'],
    columns: ['bits'],
    value: 'accuracy',
    only: {},
    best: 'column',
  })
  return studyReport(study, { tables: [pivotTable(found, study)], charts: [], fonts: '' })
}

describe('studyReport', () => {
  it('says the verdict first, then what it rests on and what limits it, then the tables', () => {
    const report = reportOf(results)
    const order = [
      'Depends on what',
      'Composition matters at 4 bits',
      'Sign-flip permutation; unit draw',
      'one training seed',
      'Accuracy, %',
      'What made it',
    ]
    const places = order.map((text) => report.indexOf(text, report.indexOf('<main>')))
    expect(places.every((place) => place > 0)).toBe(true)
    expect(places).toEqual([...places].sort((a, b) => a - b))
  })

  it('allows itself one style sheet by its hash and nothing else', () => {
    const report = reportOf(results)
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(report)?.[1] ?? ''
    const style = /<style>([\s\S]*?)<\/style>/.exec(report)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${hash}'`,
      'font-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ])
    expect(report).not.toMatch(/<script|<link|<iframe| style="| on\w+="|src="|href="/)
  })

  it('holds no element of a name, and every warning once with its runs', () => {
    const report = reportOf(hostile)
    expect(/<img|<script|(?!\n)\p{Cc}|\u202e/u.exec(report)).toBeNull()
    expect([...report.matchAll(/<div class="warning">.*?; (\d+ runs)/g)].map((match) => match[1])).toEqual([
      '30 runs',
      '39 runs',
    ])
  })

  it('says of a study without questions that it decides nothing', () => {
    expect(reportOf({ ...results, answers: [] })).toContain('The study declares no question')
  })

  it('names the cells that failed or were not run, and why', () => {
    const partial = makeResults({ leaveOut: ({ composition, bits }) => composition === 'one' && bits.weights === 4 })
    const error = {
      code: 'out-of-memory' as const,
      message: 'There was not enough memory.',
      hint: 'Run fewer at once.',
    }
    const missing = partial.missing.map((cell, index) => (index < 2 ? { ...cell, error } : cell))
    const report = reportOf({ ...partial, missing, cells: { ...partial.cells, failed: 2 } })
    expect(report).toContain('<p class="evidence">Failed, 2 cells: There was not enough memory. Run fewer at once.</p>')
    expect(report).toContain('<li><bdi>disc, seed 1, ours, W4 A4 C4, one, draw 0, qwerty 0.05</bdi></li>')
    expect(report).toContain('Not run, 16 cells.')
    expect(reportOf(results)).not.toContain('Cells without a result')
  })

  it('says how much of the study there is', () => {
    expect(reportOf({ ...results, cells: { total: 600, done: 582, failed: 10 } })).toContain(
      '582 of 600 cells done, 10 failed, 8 not run',
    )
  })
})

describe('tidySvg', () => {
  const drawn = `<svg width="10" height="10" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" baseProfile="full" viewBox="0 0 10 10">
<g clip-path="url(#zr7-c0)"><path d="M0 0" fill="none" class="zr7-cls-0" ecmeta_series_index="1"></path></g>
<text dominant-baseline="central" text-anchor="end" style="font-size:11px;font-family:'A', serif;" xml:space="preserve">x</text>
<defs ><clipPath id="zr7-c0"></clipPath></defs><style ><![CDATA[
.zr7-cls-0:hover { pointer-events:none; }
]]></style>
</svg>`

  it('numbers ids by their order, whatever chart of the process it was', () => {
    const other = drawn.replaceAll('zr7', 'zr1234')
    expect(tidySvg(drawn, 'c')).toBe(tidySvg(other, 'c'))
    expect(tidySvg(drawn, 'c')).toContain('url(#c1)')
    expect(tidySvg(drawn, 'c')).toContain('id="c1"')
  })

  it('leaves no inline style, no style sheet and nothing of ECharts’ own', () => {
    const tidy = tidySvg(drawn, 'c')
    expect(tidy).not.toMatch(/style|class|ecmeta|zr7/)
    expect(tidy).toContain(`<text dy="0.36em" text-anchor="end" font-size="11px" font-family="'A', serif">x</text>`)
  })

  it('gets a title and words that cannot leave their elements', () => {
    const described = describeSvg(tidySvg(drawn, 'c'), 'c', '<b>', ']]></desc><script>')
    expect(described).toMatch(/^<svg [^>]+role="img" aria-labelledby="c-title c-words">/)
    expect(described).toContain('<title id="c-title">&lt;b&gt;</title>')
    expect(described).not.toContain('<script>')
  })

  it('keeps what made it in comments that nothing ends early', () => {
    const document = svgDocument('<svg></svg>', ['a --> <script> -- b'])
    expect(document).toBe('<?xml version="1.0" encoding="UTF-8"?>\n<!-- a - - script - - b -->\n<svg></svg>\n')
  })
})

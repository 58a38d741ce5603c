import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { contrastsTable } from '../../../src/core/export/contrastsTable.ts'
import { csvDocument, csvText } from '../../../src/core/export/csv.ts'
import { contrastsData, longTable, missingTable, pivotData } from '../../../src/core/export/dataTable.ts'
import { htmlText } from '../../../src/core/export/html.ts'
import { htmlTable } from '../../../src/core/export/htmlTable.ts'
import { jsonDocument } from '../../../src/core/export/jsonDocument.ts'
import { latexTable } from '../../../src/core/export/latex.ts'
import { latexText } from '../../../src/core/export/latexText.ts'
import { markdownTable, markdownText } from '../../../src/core/export/markdown.ts'
import { pivotTable } from '../../../src/core/export/pivotTable.ts'
import { provenanceFoot, provenanceLines } from '../../../src/core/export/provenance.ts'
import { pivot } from '../../../src/shared/charts/pivot.ts'
import { resultsSchema, type Results } from '../../../src/shared/contract/results.ts'
import { hostileNames, makeHostileResults, makeResults } from './results.ts'

const results = makeResults()
const hostile = makeHostileResults()
const facts = provenanceLines(results)

const usualPivot = (study: Results) =>
  pivot(study, { rows: ['model', 'composition'], columns: ['bits'], value: 'accuracy', only: {}, best: 'column' })
const tableOf = (study: Results) => pivotTable(usualPivot(study), study)

function recordsOf(document: string): Record<string, string>[] {
  return parse(document, { columns: true, comment: '#', comment_no_infix: true }) as Record<string, string>[]
}

describe('the made-up results', () => {
  it.each([
    ['plain', results],
    ['hostile', hostile],
  ])('of kind %s have the schema of results', (_kind, study) => {
    expect(resultsSchema.parse(study)).toEqual(study)
  })
})

describe('provenance', () => {
  it('names study, fingerprints, seeds, versions and what is done', () => {
    expect(facts).toEqual([
      'study calibration-ag-news, seed 7',
      `study fingerprint sha256:${'a1'.repeat(32)}`,
      `data ag-news, sha256:${'b2'.repeat(32)}`,
      'training seeds 1; calibration draws 0 1 2',
      'made by bitgauge 0.1.0, evaluation 1, quantization 1, tensorflow 2.21.0',
      'cells 582 of 582 done',
    ])
    expect(provenanceFoot(results)).toBe(
      'Bitgauge 0.1.0; study calibration-ag-news sha256:a1a1a1a1a1a1; data ag-news sha256:b2b2b2b2b2b2; seed 7',
    )
  })

  it('counts cells that failed or were not run', () => {
    expect(provenanceLines({ ...results, cells: { total: 10, done: 7, failed: 2 } }).at(-1)).toBe(
      'cells 7 of 10 done, 2 failed, 1 not run',
    )
  })

  it('is one line a fact whatever the names are', () => {
    for (const line of provenanceLines(hostile)) expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e]/u)
  })
})

describe('CSV', () => {
  it('comes back from a reader with every run, fractions as they were', () => {
    const records = recordsOf(csvDocument(longTable(results), facts))
    expect(records).toHaveLength(results.rows.length)
    const [row, record] = [results.rows[100], records[100]]
    expect([Number(record?.['accuracy']), Number(record?.['low'])]).toEqual([row?.accuracy, row?.interval.low])
    expect(record).toMatchObject({
      run: row?.id,
      bits: row?.bits.label,
      bits_cell: String(row?.bits.cell),
      noise: 'qwerty 0.05',
      'recall Business': '',
    })
  })

  it('has a line a cell without a run, with what it failed by', () => {
    const partial = makeResults({ leaveOut: (row) => row.composition === 'one' && row.bits.weights === 4 })
    const [first, ...others] = partial.missing
    const error = { code: 'out-of-memory' as const, message: 'There was not enough memory.', hint: '=1+1' }
    const table = missingTable({ ...partial, missing: [{ ...first!, error }, ...others] })
    const records = recordsOf(csvDocument(table, facts))
    expect(records).toHaveLength(18)
    expect(records[0]).toMatchObject({ model: 'disc', bits: 'W4 A4 C4', composition: 'one', draw: '0', noise: 'none' })
    expect(records[0]).toMatchObject({ state: 'failed', code: 'out-of-memory', message: error.message, hint: "'=1+1" })
    expect(records[1]).toMatchObject({ noise: 'qwerty 0.05', state: 'not run', code: '', message: '' })
  })

  it('names the recipe of the program beside the study’s own name', () => {
    const recipes = [{ name: 'ours', preset: 'rewrite-2026', changed: false }]
    const records = recordsOf(csvDocument(longTable({ ...results, recipes }), facts))
    expect(new Set(records.map(({ recipe, preset }) => `${recipe} ${preset}`))).toEqual(
      new Set([' ', 'ours rewrite-2026']),
    )
  })

  it('says in its first lines what made it', () => {
    const lines = csvDocument(longTable(results), facts).split('\r\n')
    expect(lines.slice(0, facts.length)).toEqual(facts.map((fact) => `# ${fact}`))
  })

  it('holds no cell that a spreadsheet would run, and keeps negative numbers numbers', () => {
    const documents = [
      longTable(hostile),
      pivotData(usualPivot(hostile), 'x'),
      contrastsData(hostile.answers),
      missingTable(hostile),
    ].map((table) => csvDocument(table, []))
    for (const document of documents) {
      const cells = (parse(document) as string[][]).flat()
      expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell) && !/^-?\d/.test(cell))).toEqual([])
      expect(document.replaceAll('\r\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
    }
    const difference = recordsOf(documents[0] as string).find((record) => record['bits'] === 'W2 A2 C2')?.['difference']
    expect(Number(difference)).toBeLessThan(-0.5)
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '＝1', '－1'])('puts a quote before the text %j', (text) => {
    expect(csvText(text)).toMatch(/^'/)
  })

  it('pivots into five columns a column, with what is missing said', () => {
    const partial = makeResults({ leaveOut: (row) => row.composition === 'one' && row.bits.weights === 4 })
    const [, record] = recordsOf(csvDocument(pivotData(usualPivot(partial), 'x'), facts))
    expect(record).toMatchObject({
      model: 'disc',
      composition: 'one',
      'W4 A4 C4': '',
      'W4 A4 C4 cells': '0',
      'W4 A4 C4 note': 'missing',
      'W8 A8 C8 cells': '3',
    })
  })
})

describe('JSON', () => {
  it('is canonical: sorted, without blanks, the same whatever the order of keys', () => {
    const turned = Object.fromEntries(Object.entries(results).reverse())
    expect(jsonDocument(turned)).toBe(jsonDocument(results))
    expect(JSON.parse(jsonDocument(hostile))).toEqual(JSON.parse(JSON.stringify(hostile)))
  })

  it('takes what RFC 8785 does not: minus zero and half a surrogate pair', () => {
    expect(jsonDocument({ b: -0, a: 'x\ud83d' })).toBe('{"a":"x\ufffd","b":0}\n')
  })
})

describe('Markdown', () => {
  it.each([
    ['a|b', 'a\\|b'],
    ['**x** _y_ `z`', '\\*\\*x\\*\\* \\_y\\_ \\`z\\`'],
    ['<img src=x>', '&lt;img src=x&gt;'],
    ['[a](javascript:b)', '\\[a\\](javascript:b)'],
    ['![a](b)', '&#33;\\[a\\](b)'],
    ['@everyone', '&#64;everyone'],
    ['https://example.org', 'https&#58;//example.org'],
    ['- x', '\\- x'],
    ['1. x', '1\\. x'],
    ['1.5', '1.5'],
    ['# x', '\\# x'],
    ['a\nb', 'a b'],
  ])('writes %j as %j', (text, written) => {
    expect(markdownText(text)).toBe(written)
  })

  it('has as many cells in every line of a table, whatever the names are', () => {
    const lines = markdownTable(tableOf(hostile), facts)
      .split('\n')
      .filter((line) => line.startsWith('|'))
    const cells = lines.map((line) => line.replaceAll('\\|', '').split('|').length)
    expect(lines).toHaveLength(14)
    expect(new Set(cells).size).toBe(1)
  })

  it('shows value, interval, mark and best', () => {
    const text = markdownTable(tableOf(results), facts)
    expect(text).toContain('| disc | balanced | 91.99<br>91.4–92.6 |')
    expect(text).toMatch(/\*\*73\.\d\d\*\*<br>73\.\d to 73\.\d/)
    expect(text).toMatch(/68\.\d\d ↓<br>/)
    expect(text).toContain('↓ below the reference after correction')
  })
})

describe('LaTeX', () => {
  it.each([
    ['\\input{x}', '\\textbackslash{}input\\{x\\}'],
    ['a_b & 50 % #1 $x$ ~ ^', 'a\\_b \\& 50 \\% \\#1 \\$x\\$ \\textasciitilde{} \\textasciicircum{}'],
    ['--- ?` <<', '{-}{-}{-} ?\\textasciigrave{} \\textless{}\\textless{}'],
    ['−1 ± 2 → ↓', '$-$1 $\\pm$ 2 $\\rightarrow$ $\\downarrow$'],
    ['Šárka Łódź Ø ß', "\\v{S}\\'{a}rka \\L{}\\'{o}d\\'{z} \\O{} \\ss{}"],
    ['你', '{[}U+4F60{]}'],
    ['ế', '{[}U+1EBF{]}'],
  ])('writes %j as %j', (text, written) => {
    expect(latexText(text)).toBe(written)
  })

  it('is ASCII throughout, and holds no command of a name', () => {
    for (const table of [tableOf(hostile), ...hostile.answers.map(contrastsTable)]) {
      const text = latexTable(table, provenanceLines(hostile))
      expect(text.replaceAll('\n', '')).not.toMatch(/[^ -~]/)
      const commands = text
        .split('\n')
        .filter((line) => !line.startsWith('%'))
        .join('\n')
      expect(commands).not.toMatch(/\\(input|write|include|openout|catcode)/)
    }
  })

  it('parts a table that is longer than a page, and labels each part', () => {
    const text = latexTable(contrastsTable(results.answers[0] as Results['answers'][number]), [])
    expect(text.match(/\\label\{tab:[^}]+\}/g)).toEqual([
      '\\label{tab:question-composition-matters}',
      '\\label{tab:question-composition-matters-2}',
      '\\label{tab:question-composition-matters-3}',
    ])
    expect(text.match(/\\toprule/g)).toHaveLength(3)
  })
})

describe('HTML', () => {
  it('escapes what begins an element, an attribute or an entity', () => {
    expect(htmlText(`<a b="c" d='e'>&amp;`)).toBe('&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;')
  })

  it('has no element but its own, and says marks in words', () => {
    const text = htmlTable(tableOf(hostile), 3)
    const elements = new Set([...text.matchAll(/<([a-z0-9]+)/g)].map((match) => match[1]))
    expect([...elements].sort()).toEqual([
      'bdi',
      'div',
      'h3',
      'p',
      'small',
      'span',
      'strong',
      'table',
      'tbody',
      'td',
      'th',
      'thead',
      'tr',
    ])
    expect(htmlTable(tableOf(results), 3)).toContain('aria-label="below the reference after correction"')
  })
})

describe('the table of a pivot', () => {
  it('says level and method once, and what was fixed', () => {
    expect(tableOf(results).caption).toEqual([
      'Test split, n = 7,600.',
      'Second figure: 95 % Wilson interval over texts; or mean, lowest and highest of 3 calibration draws.',
      'Fixed: clean input.',
    ])
  })

  it('says "not run" of a missing cell, "failed" of one that failed, and why below', () => {
    const partial = makeResults({ leaveOut: (row) => row.composition === 'one' && row.bits.weights === 4 })
    const cell = (study: Results) => tableOf(study).rows[1]?.cells[6]
    expect(cell(partial)).toEqual({ text: 'not run', absent: true })
    const error = { code: 'out-of-memory' as const, message: 'There was not enough memory.' }
    const failed = {
      ...partial,
      cells: { ...partial.cells, failed: 18 },
      missing: partial.missing.map((one) => ({ ...one, error })),
    }
    expect(cell(failed)).toEqual({ text: 'failed', absent: true })
    // 2 models x 3 draws on clean input, which is all that the table is about
    expect(tableOf(failed).notes).toContain('Failed, 6 cells: There was not enough memory.')
    expect(markdownTable(tableOf(failed), [])).toContain('Failed, 6 cells: There was not enough memory.')
  })

  it('says "no result" where not all missing cells are listed, and how many more failed', () => {
    const partial = makeResults({ leaveOut: (row) => row.composition === 'one' && row.bits.weights === 4 })
    const cut = { ...partial, cells: { ...partial.cells, failed: 9 }, missing: [] }
    expect(tableOf(cut).rows[1]?.cells[6]).toEqual({ text: 'no result', absent: true })
    expect(tableOf(cut).notes).toContain('Of the study, 9 more cells failed.')
  })

  it('names the recipe of the program that a study’s recipe begins with', () => {
    const recipes = [{ name: 'ours', preset: 'preprint-2025', changed: true }]
    const table = pivotTable(pivot(results, { rows: ['model', 'recipe'], columns: ['bits'], value: 'accuracy', only: { composition: ['one'] }, best: 'none' }), { ...results, recipes }) // prettier-ignore
    expect(table.rows[0]?.stub).toEqual(['disc', 'ours (preprint-2025, changed)'])
  })

  it('says how many of the draws there are where some are missing', () => {
    const partial = makeResults({
      leaveOut: (row) => row.composition === 'one' && row.bits.weights === 8 && row.draw === 2,
    })
    expect(tableOf(partial).rows[1]?.cells[2]?.second).toMatch(/^9\d\.\d to 9\d\.\d; 2 of 3 cells$/)
  })

  it('does not round an interval to nothing', () => {
    const rows = results.rows.map((row) =>
      row.draw === null ? row : { ...row, accuracy: 0.9 + (row.draw ?? 0) * 0.00001 },
    )
    const table = pivotTable(usualPivot({ ...results, rows }), results)
    expect(table.rows[0]?.cells[1]).toMatchObject({ text: '90.00', second: '90.000 to 90.002' })
  })

  it('carries each warning with the number of its cells', () => {
    expect(tableOf(results).notes.at(-1)).toBe(
      'Warning, dead signal, in 24 cells: The output of the LSTM is 0 for every text.',
    )
  })

  it('cuts names to thirty characters', () => {
    expect(
      Math.max(
        ...tableOf(hostile).rows.flatMap(({ stub }) =>
          stub.map((text) => Array.from(text.replace(/[\u2068\u2069]/g, '')).length),
        ),
      ),
    ).toBe(30)
    expect(tableOf(hostile).rows.some(({ stub }) => stub[0] === hostileNames.html)).toBe(true)
  })

  it.each(['accuracy', 'difference', 'agreement', 'macroF1', 'nll', 'ece', 'bytes'] as const)(
    'is written of %s',
    (value) => {
      const table = pivotTable(
        pivot(results, { rows: ['model', 'composition'], columns: ['bits'], value, only: {}, best: 'row' }),
        results,
      )
      expect(table.rows).toHaveLength(8)
      expect(JSON.stringify(table)).not.toMatch(/NaN|Infinity|undefined/)
    },
  )
})

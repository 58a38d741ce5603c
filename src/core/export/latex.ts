import { latexText } from './latexText.ts'
import type { TextCell, TextTable } from './textTable.ts'

/** Lines of a table that a page holds. */
const longest = 44

/**
 * A `table` of booktabs rules that pdflatex, xelatex and lualatex take, narrowed to the text where it is wider, and parted where it is longer
 * than a page. It needs the packages booktabs and graphicx. Intervals stand below their figures, in a line of their own.
 */
export function latexTable(table: TextTable, provenance: readonly string[]): string {
  const rows = table.rows.map(latexRow)
  const perPart = Math.max(1, Math.floor(longest / Math.max(1, ...rows.map((lines) => lines.length))))
  const parts = Array.from({ length: Math.max(1, Math.ceil(rows.length / perPart)) }, (_, part) =>
    rows.slice(part * perPart, (part + 1) * perPart),
  )
  return [
    ...provenance.map((text) => `% ${text.replace(/[^\x20-\x7e]/g, '?')}`),
    '% \\usepackage{booktabs,graphicx}',
    ...parts.flatMap((body, index) =>
      onePart(table, body.flat(), parts.length === 1 ? null : [index + 1, parts.length]),
    ),
    '',
  ].join('\n')
}

function onePart(table: TextTable, body: readonly string[], place: [part: number, of: number] | null): string[] {
  const { stub, head, title, caption, notes, name } = table
  const part = place === null ? '' : ` (${place[0]} of ${place[1]})`
  const label = place === null || place[0] === 1 ? name : `${name}-${place[0]}`
  const isLast = place === null || place[0] === place[1]
  return [
    '\\begin{table}',
    '\\centering',
    `\\caption{${[`${title}${part}.`, ...caption].map(latexText).join(' ')}}`,
    `\\label{tab:${label}}`,
    '\\resizebox{\\ifdim\\width>\\textwidth\\textwidth\\else\\width\\fi}{!}{%',
    `\\begin{tabular}{${'l'.repeat(stub.length)}${'r'.repeat(head.length)}}`,
    '\\toprule',
    line([...stub, ...head].map(latexText)),
    '\\midrule',
    ...body,
    '\\bottomrule',
    '\\end{tabular}}',
    ...(isLast && notes.length > 0
      ? ['\\par\\smallskip', `\\parbox{\\textwidth}{\\footnotesize ${notes.map(latexText).join(' ')}}`]
      : []),
    '\\end{table}',
  ]
}

function line(cells: readonly string[]): string {
  return `${cells.join(' & ')} \\\\`
}

function latexRow({ stub, cells }: TextTable['rows'][number]): string[] {
  const first = line([...stub.map(latexText), ...cells.map(latexFigure)])
  if (cells.every(({ second }) => second === undefined)) return [first]
  const below = cells.map(({ second }) => (second === undefined ? '' : `{\\scriptsize ${latexText(second)}}`))
  return [first, `${line([...stub.map(() => ''), ...below]).slice(0, -2)}\\\\[2pt]`]
}

const marks: Readonly<Record<string, string>> = { '=': '$=$', '?': '?', '↓': '$\\downarrow$', '↑': '$\\uparrow$' }

function latexFigure({ text, mark, best, doubt, absent }: TextCell): string {
  const figure = latexText(text)
  if (absent === true) return `\\textit{${figure}}`
  const signs = [
    ...(mark === undefined ? [] : [marks[mark] ?? latexText(mark)]),
    ...(doubt === true ? ['$\\triangle$'] : []),
  ]
  return [best === true ? `\\textbf{${figure}}` : figure, ...signs].join('\\,')
}

import { htmlName, htmlText } from './html.ts'
import type { TextCell, TextTable } from './textTable.ts'

const markWords: Readonly<Record<string, string>> = {
  '=': 'equivalent within the margin',
  '?': 'undecided',
  '↓': 'below the reference after correction',
  '↑': 'above the reference after correction',
}

/** The table alone, its title a heading of the level, in a region that scrolls by itself where it is wider than its place. */
export function htmlTable(table: TextTable, level: 1 | 3): string {
  const heading = `h${level}`
  return [
    '<div class="table">',
    `<${heading}>${htmlText(table.title)}</${heading}>`,
    ...table.caption.map((text) => `<p class="caption">${htmlText(text)}</p>`),
    `<div class="scroll" tabindex="0" role="region" aria-label="Table: ${htmlText(table.title)} (${htmlText(table.name)})">`,
    '<table>',
    `<thead><tr>${[...table.stub.map((text) => `<th scope="col">${htmlText(text)}</th>`), ...table.head.map((text) => `<th scope="col" class="figure">${htmlName(text)}</th>`)].join('')}</tr></thead>`,
    '<tbody>',
    ...table.rows.map(({ stub, cells }) => `<tr>${stub.map(stubCell).join('')}${cells.map(figureCell).join('')}</tr>`),
    '</tbody>',
    '</table>',
    '</div>',
    ...table.notes.map((text) => `<p class="note">${htmlText(text)}</p>`),
    '</div>',
  ].join('\n')
}

function stubCell(text: string, index: number): string {
  return index === 0 ? `<th scope="row">${htmlName(text)}</th>` : `<td>${htmlName(text)}</td>`
}

function figureCell({ text, second, mark, best, doubt, absent }: TextCell): string {
  if (absent === true) return `<td class="figure absent">${htmlText(text)}</td>`
  const figure = best === true ? `<strong>${htmlText(text)}</strong>` : `<span>${htmlText(text)}</span>`
  const sign =
    mark === undefined
      ? ''
      : ` <span class="mark" role="img" aria-label="${markWords[mark] ?? ''}">${htmlText(mark)}</span>`
  const warning = doubt === true ? ' <span class="mark warn" role="img" aria-label="warning">△</span>' : ''
  const below = second === undefined ? '' : `<small>${htmlText(second)}</small>`
  return `<td class="figure${doubt === true ? ' doubt' : ''}">${figure}${sign}${warning}${below}</td>`
}

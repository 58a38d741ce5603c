import { plainText } from '../../shared/charts/shownName.ts'
import { commentText } from './html.ts'
import type { TextCell, TextTable } from './textTable.ts'

/** Plain text that no reader of Markdown takes for markup, a link, a mention or HTML. */
export function markdownText(text: string): string {
  return plainText(text)
    .replace(/[\\`*_{}[\]#|~$^]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('!', '&#33;')
    .replaceAll('@', '&#64;')
    .replaceAll('://', '&#58;//')
    .replace(/^([-+=]|\d+[.)])(?=\s|$)/, (start) => `${start.slice(0, -1)}\\${start.slice(-1)}`)
    .replace(/www\./gi, (start) => `${start.slice(0, -1)}&#46;`)
}

/** A table of GitHub's Markdown with its title, what made it in a comment, and its notes. */
export function markdownTable(table: TextTable, provenance: readonly string[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rules = [...table.stub.map(() => ':---'), ...table.head.map(() => '---:')]
  return [
    `### ${markdownText(table.title)}`,
    '',
    ...table.caption.flatMap((text) => [markdownText(text), '']),
    line([...table.stub, ...table.head].map(markdownText)),
    line(rules),
    ...table.rows.map(({ stub, cells }) => line([...stub.map(markdownText), ...cells.map(markdownCell)])),
    '',
    ...table.notes.flatMap((text) => [markdownText(text), '']),
    ...provenance.map((text) => `<!-- ${commentText(text)} -->`),
    '',
  ].join('\n')
}

function markdownCell({ text, second, mark, best, doubt, absent }: TextCell): string {
  const figure = markdownText(text)
  if (absent === true) return `_${figure}_`
  const parts = [
    best === true ? `**${figure}**` : figure,
    ...(mark === undefined ? [] : [mark]),
    ...(doubt === true ? ['△'] : []),
  ]
  return `${parts.join(' ')}${second === undefined ? '' : `<br>${markdownText(second)}`}`
}

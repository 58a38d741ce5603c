import { plainText } from '../../shared/charts/shownName.ts'

/** Plain text as HTML, in content and in attributes in double quotes. */
export function htmlText(text: string): string {
  return plainText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/** The text of a name: its direction does not reach its surroundings. */
export function htmlName(text: string): string {
  return `<bdi>${htmlText(text)}</bdi>`
}

/** Plain text for a comment of HTML, SVG or Markdown, which nothing in it can end. */
export function commentText(text: string): string {
  return plainText(text).replace(/[<>]/g, '').replaceAll('--', '- -')
}

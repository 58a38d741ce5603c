import { commentText, htmlText } from './html.ts'

/**
 * What ECharts drew, made fit to keep: ids by the order in which they come, not by how many charts the process has drawn; fonts as
 * attributes, which a policy without inline styles allows; text placed by `dy`, which every reader knows; no marks of ECharts'
 * own, no style sheet of hovering. The same option gives the same bytes.
 *
 * @param svg    of ECharts' SVG renderer
 * @param prefix stands before each id, so that several pictures may stand in one page
 */
export function tidySvg(svg: string, prefix: string): string {
  const ids = new Map<string, string>()
  const idOf = (old: string): string => {
    const known = ids.get(old)
    if (known !== undefined) return known
    const made = `${prefix}${ids.size + 1}`
    ids.set(old, made)
    return made
  }
  return svg
    .replace(/<style[\s\S]*?<\/style>\s*/g, '')
    .replace(/ (?:class|ecmeta_\w+|xml:space|pointer-events|baseProfile|xmlns:xlink|version)="[^"]*"/g, '')
    .replace(/ style="([^"]*)"/g, (_, style: string) => styleAttributes(style))
    .replace(/ dominant-baseline="central"/g, ' dy="0.36em"')
    .replace(/ id="([^"]*)"/g, (_, id: string) => ` id="${idOf(id)}"`)
    .replace(/url\(#([^)]*)\)/g, (_, id: string) => `url(#${idOf(id)})`)
    .replace(/\n{2,}/g, '\n')
    .trim()
}

function styleAttributes(style: string): string {
  return style
    .split(';')
    .filter((rule) => rule.includes(':'))
    .map((rule) => ` ${rule.slice(0, rule.indexOf(':')).trim()}="${rule.slice(rule.indexOf(':') + 1).trim()}"`)
    .join('')
}

/** The picture with its title and its text alternative, for those who do not see it. */
export function describeSvg(svg: string, id: string, title: string, words: string): string {
  const start = svg.indexOf('>') + 1
  const open = svg.slice(0, start - 1)
  const names = ` role="img" aria-labelledby="${id}-title ${id}-words"`
  const inner = `\n<title id="${id}-title">${htmlText(title)}</title>\n<desc id="${id}-words">${htmlText(words)}</desc>`
  return `${open}${names}>${inner}${svg.slice(start)}`
}

/** A file of its own, with what made it. */
export function svgDocument(svg: string, provenance: readonly string[]): string {
  const comments = provenance.map((line) => `<!-- ${commentText(line)} -->\n`)
  return `<?xml version="1.0" encoding="UTF-8"?>\n${comments.join('')}${svg}\n`
}

import { plainText } from '../../shared/charts/shownName.ts'

/** Characters that TeX reads as commands, and pairs that its fonts join (`--`, `` ?` ``, `<<`), each as what prints it. */
const printed: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\symbol{34}',
  "'": '\\textquotesingle{}',
  '`': '\\textasciigrave{}',
  '-': '{-}',
  ',': '{,}',
  '[': '{[}',
  ']': '{]}',
  '*': '{*}',
  '\u00a0': ' ',
  '−': '$-$',
  '–': '--',
  '—': '---',
  '±': '$\\pm$',
  '×': '$\\times$',
  '·': '$\\cdot$',
  '→': '$\\rightarrow$',
  '↓': '$\\downarrow$',
  '↑': '$\\uparrow$',
  '△': '$\\triangle$',
  '…': '\\ldots{}',
  '‘': '`',
  '’': "'",
  '“': '``',
  '”': "''",
  ß: '\\ss{}',
  æ: '\\ae{}',
  Æ: '\\AE{}',
  œ: '\\oe{}',
  Œ: '\\OE{}',
  ø: '\\o{}',
  Ø: '\\O{}',
  ł: '\\l{}',
  Ł: '\\L{}',
  ı: '\\i{}',
}

/** Combining marks after a Latin letter, as TeX's accents. */
const accents: Readonly<Record<string, string>> = {
  '\u0300': '\\`',
  '\u0301': "\\'",
  '\u0302': '\\^',
  '\u0303': '\\~',
  '\u0304': '\\=',
  '\u0306': '\\u',
  '\u0307': '\\.',
  '\u0308': '\\"',
  '\u030a': '\\r',
  '\u030b': '\\H',
  '\u030c': '\\v',
  '\u0327': '\\c',
}

/**
 * Plain text as LaTeX in ASCII alone: every active character escaped, Latin letters with one accent as TeX's accents, any other
 * character by its number (`[U+4F60]`), so that a name in any script compiles with pdflatex and the fonts that everybody has.
 */
export function latexText(text: string): string {
  return Array.from(plainText(text).normalize('NFC'), latexCharacter).join('')
}

function latexCharacter(character: string): string {
  const known = printed[character]
  if (known !== undefined) return known
  if (character >= ' ' && character <= '~') return character
  const [letter = '', mark = '', ...more] = Array.from(character.normalize('NFD'))
  const accent = accents[mark]
  if (/^[A-Za-z]$/.test(letter) && accent !== undefined && more.length === 0) return `${accent}{${letter}}`
  const number = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return `{[}U+${number}{]}`
}

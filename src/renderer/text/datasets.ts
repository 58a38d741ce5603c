import type { DropReason, Origin } from '../../shared/contract/datasetRecord.ts'
import type { EncodingOptions, SplitName, SplitRule, TokenizerRules } from '../../shared/contract/datasetRules.ts'

/** Whole numbers as people read them: `12,000`. */
export function numberText(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 0 })
}

/** `1 text`, `12,000 texts`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`
}

/** A share in per cent with one digit: `12.5`; `under 0.1` where it would read as none. */
export function shareText(share: number): string {
  const percent = share * 100
  if (percent > 0 && percent < 0.05) return 'under 0.1'
  return percent.toFixed(1)
}

export const splitWords: Readonly<Record<SplitName, string>> = { train: 'train', dev: 'dev', test: 'test' }

/** Why rows are not in a dataset. */
export const dropWords: Readonly<Record<DropReason, string>> = {
  'column-count': 'another number of columns',
  'not-json': 'no JSON object',
  'not-text': 'text or label is no text',
  'no-label': 'no label',
  'no-text': 'no text',
  'unknown-label': 'a label that names no class',
  'also-in-dev': 'the text is also in dev',
  'also-in-test': 'the text is also in test',
}

export function ruleText(rule: SplitRule): string {
  if (rule.kind === 'none') return 'none drawn'
  if (rule.kind === 'last') return `the last ${counted(rule.rows, 'row')}`
  return `${shareText(rule.share)} % drawn, classes in proportion`
}

export function originText(origin: Origin): string {
  if (origin.type === 'generated') return `generated, ${origin.options.generator}`
  return origin.preset === null ? 'imported' : `imported as ${origin.preset}`
}

/** The rules of a tokenizer in words, in the order in which they act. */
export function tokenizerText(rules: TokenizerRules): string {
  const parts = [
    { keep: '', whole: 'entities repaired', bare: 'entities repaired, those without their & too' }[rules.entities],
    rules.tags === 'strip' ? 'tags taken out' : '',
    rules.backslash === 'break' ? 'a backslash parts words' : '',
    rules.lowerCase ? 'lower case' : 'case kept',
    rules.punctuation === 'split' ? 'letters, digits and signs apart' : 'parted by white space alone',
  ]
  return parts.filter((part) => part !== '').join('; ')
}

export function encodingText({ cap, minFrequency, maxLength, countedRows }: EncodingOptions): string {
  const rows = countedRows.kind === 'all' ? '' : `, counted on ${numberText(countedRows.rows)} rows`
  const seen = minFrequency === 1 ? '' : ` seen ${minFrequency} times or more`
  return `up to ${counted(cap, 'word')}${seen}${rows}; texts cut at ${numberText(maxLength)}`
}

/** The first row numbers of a list, and how many more there are: `17, 22, 31 and 12 more`. */
export function rowsText(rows: readonly { source: string; row: number }[], count: number, most = 12): string {
  const several = new Set(rows.map(({ source }) => source)).size > 1
  const shown = rows.slice(0, most).map(({ source, row }) => (several ? `${source} ${row}` : numberText(row)))
  const more = count - shown.length
  return more > 0 ? `${shown.join(', ')} and ${numberText(more)} more` : shown.join(', ')
}

/** `sha256:9c41…e07b` */
export function shortPrint(fingerprint: string): string {
  const digits = fingerprint.replace(/^sha256:/, '')
  return `sha256:${digits.slice(0, 4)}…${digits.slice(-4)}`
}

import type { DropReason, DropReport, EncodingRecord, Leakage } from '../../shared/contract/datasetRecord.ts'
import { splitNames } from '../../shared/contract/datasetRules.ts'
import type { Warning } from '../../shared/units.ts'

export interface ImportFacts {
  classes: readonly string[]
  drops: DropReport
  leakage: Leakage
  /** `[split][class]` */
  perClass: readonly (readonly number[])[]
  sourceRows: number
}

/** What a person who uses the dataset should know; stored with it. */
export function importWarnings(facts: ImportFacts): Warning[] {
  return [...dropWarnings(facts), ...emptyClassWarnings(facts), ...overlapWarnings(facts.leakage)]
}

/** What the rows of a reason are. */
const dropWords: Readonly<Record<DropReason, string>> = {
  'column-count': 'with another number of columns',
  'not-json': 'that are no JSON object',
  'not-text': 'whose text or label is no text',
  'no-label': 'without a label',
  'no-text': 'without a text',
  'unknown-label': 'with a label that names no class',
  'also-in-dev': 'whose text is also in dev',
  'also-in-test': 'whose text is also in test',
}

function dropWarnings({ drops, sourceRows }: ImportFacts): Warning[] {
  if (drops.total === 0) return []
  const reasons = drops.reasons.map(({ reason, count }) => `${count} ${dropWords[reason]}`).join(', ')
  const message = `Of ${counted(sourceRows, 'row')} ${drops.total} left out: ${reasons}.`
  return [{ code: 'rows-dropped', message, subject: 'dataset' }]
}

function emptyClassWarnings({ classes, perClass }: ImportFacts): Warning[] {
  return perClass.flatMap((counts, split) => {
    const empty = classes.filter((_, label) => counts[label] === 0)
    if (empty.length === 0 || empty.length === classes.length) return []
    const shown = `${empty.slice(0, 5).join(', ')}${empty.length > 5 ? ', …' : ''}`
    const message = `Of ${classes.length} classes ${empty.length} without a row in ${splitNames[split]}: ${shown}.`
    return [{ code: 'class-empty', message, subject: splitNames[split] as string }]
  })
}

function overlapWarnings({ normalised }: Leakage): Warning[] {
  const shared = normalised.across.filter(({ rows }) => rows > 0)
  const across = shared.map(({ split, alsoIn, rows, otherLabel }) => {
    const other = otherLabel === 0 ? 'with the same label' : `${otherLabel} with another label`
    const message = `In ${alsoIn} also, case and punctuation aside: ${counted(rows, 'row')} of ${split}, ${other}.`
    return { code: 'splits-overlap', message, subject: split }
  })
  const within = normalised.within.filter(({ conflictingTexts }) => conflictingTexts > 0)
  const conflicting = within.map(({ split, conflictingTexts }) => {
    const message = `With more than one label in ${split}: ${counted(conflictingTexts, 'text')}.`
    return { code: 'labels-conflict', message, subject: split }
  })
  return [...across, ...conflicting]
}

/** What cutting texts off did. */
export function encodingWarnings(encoding: EncodingRecord): Warning[] {
  return encoding.splits
    .filter(({ truncatedRows }) => truncatedRows > 0)
    .map(({ split, truncatedRows, rows, lengths }) => ({
      code: 'texts-truncated',
      message: `Cut to ${encoding.options.maxLength} words in ${split}: ${counted(truncatedRows, 'text')} of ${rows}; the longest has ${lengths.max}.`,
      subject: split,
    }))
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

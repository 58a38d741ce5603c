import type { SpecialWords } from '../../core/model/arrangeWords.ts'
import { vocabularyFileSchema } from '../../core/text/vocabulary.ts'
import { AppError } from '../../shared/errors.ts'

/** What a file says of a model's ids. */
export interface ForeignVocabulary {
  /** `rows[i]` is the word of id i */
  rows: string[]
  /** which of them are no words of a text */
  special: SpecialWords
}

/** How the reserved ids are spelled, here and in other libraries; Keras' id 0 is an empty line. */
const spellings = {
  pad: ['<pad>', '<PAD>', '[PAD]', ''],
  unknown: ['<unk>', '<UNK>', '[UNK]'],
  begin: ['<bos>', '<BOS>', '[BOS]', '<s>'],
  end: ['<eos>', '<EOS>', '[EOS]', '</s>'],
} as const satisfies Record<keyof SpecialWords, readonly string[]>

/**
 * A vocabulary from a file: `vocabulary.json` of ours, or a word a line in the order of the ids, the reserved ones among them as `<pad>`,
 * `<unk>`, `<bos>`, `<eos>` or the like.
 *
 * @throws AppError `input-invalid`
 */
export function parseVocabulary(bytes: Uint8Array): ForeignVocabulary {
  const text = decodeText(bytes)
  return text.trimStart().startsWith('{') ? fromJson(text) : fromLines(text)
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw invalid('UTF-8', 'something else')
  }
}

/** The reserved words get spellings that no tokenizer gives a word. */
function fromJson(text: string): ForeignVocabulary {
  const special = { pad: '<pad>', unknown: '<unk>', begin: '<bos>', end: '<eos>' }
  try {
    const { words } = vocabularyFileSchema.parse(JSON.parse(text))
    return { rows: [...Object.values(special), ...words], special }
  } catch {
    throw invalid('a vocabulary.json of Bitgauge', 'JSON of another form')
  }
}

function fromLines(text: string): ForeignVocabulary {
  const rows = text.replace(/\r?\n$/, '').split(/\r?\n/)
  const empty = rows.indexOf('', 1)
  if (empty > 0) throw invalid('a word in every line', `an empty line ${empty + 1}`)
  const there = new Set(rows)
  const found = Object.entries(spellings).flatMap(([name, words]) => {
    const word = words.find((spelling) => there.has(spelling))
    return word === undefined ? [] : [[name, word] as const]
  })
  if (!found.some(([name]) => name === 'unknown')) throw invalid('a line <unk>', 'none')
  return { rows, special: Object.fromEntries(found) }
}

function invalid(expected: string, found: string): AppError {
  return new AppError('input-invalid', 'The vocabulary cannot be used.', { expected, found })
}

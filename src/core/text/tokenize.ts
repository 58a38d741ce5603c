import type { TokenizerRules } from '../../shared/contract/datasetRules.ts'
import { repairEntities } from './entities.ts'

export type Tokenize = (text: string) => string[]

// eslint-disable-next-line no-control-regex -- a text of ASCII alone is what is looked for
const ascii = /^[\x00-\x7f]*$/
const asciiParts = /[A-Za-z]+|[0-9]+|[!-/:-@[-`{-~]/g
const parts = /[\p{L}\p{M}]+|\p{N}+|[^\s\p{Cc}\p{Cf}\p{Cs}\p{L}\p{M}\p{N}]/gu
// eslint-disable-next-line no-control-regex -- control characters part words, as blanks do
const asciiWords = /[^\s\x00-\x1f\x7f]+/g
const words = /[^\s\p{Cc}\p{Cf}\p{Cs}]+/gu
const tag = /<\/?[A-Za-z][^<>]{0,500}>/g

/**
 * The tokenizer of some rules: a function from a text to its words. Steps, in this order: repair entities, strip tags, break at
 * backslashes, lower case, compose (Unicode NFC), split. White space, control and format characters part words and are never words. Time is linear in the text's length.
 */
export function createTokenizer(rules: TokenizerRules): Tokenize {
  return (text) => split(clean(text, rules), rules)
}

function clean(text: string, rules: TokenizerRules): string {
  let out = text
  if (rules.entities !== 'keep') out = repairEntities(out, rules.entities)
  if (rules.tags === 'strip' && out.includes('<')) out = out.replace(tag, ' ')
  if (rules.backslash === 'break' && out.includes('\\')) out = out.replaceAll('\\', ' ')
  return rules.lowerCase ? out.toLowerCase() : out
}

function split(text: string, rules: TokenizerRules): string[] {
  const isAscii = ascii.test(text)
  const form = isAscii ? text : text.normalize('NFC')
  const pattern = rules.punctuation === 'split' ? (isAscii ? asciiParts : parts) : isAscii ? asciiWords : words
  return form.match(pattern) ?? []
}

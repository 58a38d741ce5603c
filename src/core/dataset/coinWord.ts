import type { RandomStream } from '../random/randomStream.ts'

const consonants = [
  'b',
  'd',
  'f',
  'g',
  'k',
  'l',
  'm',
  'n',
  'p',
  'r',
  's',
  't',
  'v',
  'z',
  'br',
  'kr',
  'tr',
  'pl',
  'st',
  'zw',
]
const vowels = ['a', 'e', 'i', 'o', 'u', 'ai', 'ou', 'ee']

/** A word that can be said and is in no dictionary that matters: three or four syllables, one of about 10^7. */
export function coinWord(random: RandomStream): string {
  const syllables = 3 + random.below(2)
  let word = ''
  for (let count = 0; count < syllables; count += 1) word += random.pick(consonants) + random.pick(vowels)
  return `${word}${random.pick(['x', 'q', 'k', 'n'])}`
}

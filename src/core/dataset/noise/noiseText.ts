import { AppError } from '../../../shared/errors.ts'
import type { Noise } from '../../../shared/units.ts'
import { stream, type RandomStream } from '../../random/randomStream.ts'
import { dropWords } from './dropWords.ts'
import { neighbourOf } from './qwertyNeighbours.ts'

/**
 * A text as a hasty or faulty hand would have typed it. The same text, seed and id give the same result on every machine.
 *
 * Coupled: each place of the text has one number u in [0, 1) that depends on seed, kind, id and place alone, and is noisy at level p
 * exactly if u < p. So what is noisy at a low level is noisy at every higher one, in the same way: the substituted or inserted character
 * is drawn from the same place's numbers. What holds of a measurement's trend over levels is then not the luck of separate draws.
 *
 * Places, counted in code points of the raw text, before any tokenizer:
 * - `qwerty`: each letter or digit of the keyboard becomes one of its neighbour keys, in its case
 * - `insertion`: behind each such character comes one of its neighbour keys
 * - `deletion`: each letter or digit, of any script, is left out
 * - `swap`: letters and digits that stand side by side are paired, from the first or the second of a word on; a pair trades places
 * - `word-drop`: each word between blanks is left out, but for the one with the highest u
 *
 * The level is the chance of each place, not the share of changed characters: blanks and punctuation are no places, and a swapped pair
 * of equal letters shows nothing.
 *
 * @throws AppError `input-invalid` for a level outside 0 to 1
 */
export function noiseText(text: string, noise: Noise, seed: number, id: string): string {
  const { kind, level } = noise
  if (!(level >= 0 && level <= 1)) {
    throw new AppError('input-invalid', 'A noise level is a share.', { expected: '0 to 1', found: String(level) })
  }
  if (kind === 'none' || level === 0) return text
  const random = stream(seed, 'noise', kind, id)
  if (kind === 'word-drop') return dropWords(text, level, random)
  const characters = [...text]
  if (kind === 'swap') return swapPairs(characters, level, random)
  return characters.map((character, place) => change[kind](character, level, random, place)).join('')
}

type Change = (character: string, level: number, random: RandomStream, place: number) => string

const change: Readonly<Record<'qwerty' | 'insertion' | 'deletion', Change>> = {
  qwerty: (character, level, random, place) => neighbour(character, level, random, place) ?? character,
  insertion: (character, level, random, place) => character + (neighbour(character, level, random, place) ?? ''),
  deletion: (character, level, random, place) =>
    isWordPart(character) && random.uniformAt(place) < level ? '' : character,
}

/** The first two words of a place's draw decide whether it is noisy (`uniformAt`), the third which neighbour it gets. */
function neighbour(character: string, level: number, random: RandomStream, place: number): string | undefined {
  if (!isKey(character) || random.uniformAt(place) >= level) return undefined
  return neighbourOf(character, random.wordsAt(place)[2])
}

/** Pairs cannot overlap, so one pair's swap never stands in the way of another's. */
function swapPairs(characters: string[], level: number, random: RandomStream): string {
  let place = 0
  while (place < characters.length) {
    if (!isWordPart(characters[place])) {
      place += 1
      continue
    }
    const end = wordEnd(characters, place)
    for (let left = place + (random.wordsAt(place)[3] & 1); left + 1 < end; left += 2) {
      if (random.uniformAt(left) < level) swap(characters, left)
    }
    place = end
  }
  return characters.join('')
}

function wordEnd(characters: readonly string[], start: number): number {
  let end = start
  while (end < characters.length && isWordPart(characters[end])) end += 1
  return end
}

function swap(characters: string[], left: number): void {
  const kept = characters[left] as string
  characters[left] = characters[left + 1] as string
  characters[left + 1] = kept
}

function isKey(character: string): boolean {
  const code = character.charCodeAt(0)
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57)
}

function isWordPart(character: string | undefined): boolean {
  if (character === undefined) return false
  return isKey(character) || (character.charCodeAt(0) > 127 && /[\p{L}\p{N}]/u.test(character))
}

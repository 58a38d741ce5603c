import { stream, type RandomStream } from '../../random/randomStream.ts'
import { coinWord } from '../coinWord.ts'
import type { Domain } from './domain.ts'

/** One text of a generator: which two things it names, and which draw of that pair it is. */
export interface TextPlan {
  split: string
  answer: number
  other: number
  /** 0 for the pair's first text of the split */
  draw: number
  /** raised where the text has been written already */
  attempt: number
}

export interface TextOptions {
  seed: number
  difficulty: number
  outOfVocabulary: number
}

/**
 * Writes one text. All draws but those of coined words hang on the two things *without their roles*, so the text whose roles are
 * exchanged has the same sentence, the same fillers and therefore the same words: no bag of words can tell such twins apart.
 */
export function composeText(domain: Domain, plan: TextPlan, options: TextOptions): string {
  const low = Math.min(plan.answer, plan.other)
  const high = Math.max(plan.answer, plan.other)
  const pair = [plan.split, low, high, plan.draw] as const
  const hard = stream(options.seed, 'hard', ...pair).uniform() < options.difficulty
  const random = stream(options.seed, 'text', ...pair, plan.attempt)
  const nouns = new Map([low, high].map((thing) => [thing, random.pick(domain.nouns[thing] as readonly string[])]))
  const core = hard ? hardCore(domain, random) : random.pick(domain.plain)
  const text = [part(domain.openings, random), core, part(domain.closings, random)]
    .filter((piece) => piece !== '')
    .join(' ')
  const filled = fill(text, domain, random)
    .replaceAll('{answer}', nouns.get(plan.answer) as string)
    .replaceAll('{other}', nouns.get(plan.other) as string)
  const own = stream(options.seed, 'coined', plan.split, plan.answer, plan.other, plan.draw, plan.attempt)
  return withCoinedWords(filled, options.outOfVocabulary, random, own)
}

/** Four in ten by direct order, four by the order of events, two by a sentence that is then turned round or confirmed. */
function hardCore(domain: Domain, random: RandomStream): string {
  const kind = random.below(10)
  if (kind < 4) return random.pick(domain.direct)
  if (kind < 8) return random.pick(domain.sequence)
  const sentence = random.pick(random.below(2) === 0 ? domain.direct : domain.sequence)
  if (random.below(2) === 0) return `${sentence} ${random.pick(domain.confirmation)}`
  return `${exchange(sentence)} ${random.pick(domain.reversal)}`
}

function exchange(sentence: string): string {
  return sentence.replace(/\{(answer|other)\}/g, (_, role) => (role === 'answer' ? '{other}' : '{answer}'))
}

/** Something in two of three texts, nothing in the third. */
function part(pieces: readonly string[], random: RandomStream): string {
  return random.below(3) === 0 ? '' : random.pick(pieces)
}

function fill(text: string, domain: Domain, random: RandomStream): string {
  return text.replace(/\{([a-z]+)\}/g, (slot, name: string) => {
    if (name === 'number') return String(1 + random.below(99))
    const words = domain.fillers[name]
    return words === undefined ? slot : random.pick(words)
  })
}

/** Puts coined words between the others, so many that their share of the text is, on average, the given one. */
function withCoinedWords(text: string, share: number, random: RandomStream, own: RandomStream): string {
  const words = text.split(' ')
  const exact = (words.length * share) / (1 - share)
  const count = Math.floor(exact) + (random.uniform() < exact % 1 ? 1 : 0)
  for (let coined = 0; coined < count; coined += 1) words.splice(random.below(words.length + 1), 0, coinWord(own))
  return words.join(' ')
}

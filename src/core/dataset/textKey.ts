import { createHash } from 'node:crypto'

/** 85 bits of a text's sha256 in two numbers: two different texts that share them are not expected in any data that fits a disk. */
export interface TextKey {
  /** 53 bits */
  first: number
  /** 32 bits */
  second: number
}

export function textKey(text: string): TextKey {
  const digest = createHash('sha256').update(text, 'utf8').digest()
  return { first: digest.readUIntLE(0, 6) * 32 + ((digest[6] as number) & 31), second: digest.readUInt32LE(8) }
}

/**
 * The text by which copies are found that differ in nothing that matters: composed by NFKC, lower case, without anything but letters,
 * marks, digits and single blanks.
 */
export function normaliseText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()
}

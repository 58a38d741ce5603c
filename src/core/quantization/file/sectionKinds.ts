import type { NonlinearSite } from '../cell.ts'

/** Kinds of sections in the order in which they stand in a file; those from `part` on once for each part. */
export const sectionKinds = {
  structure: 1,
  description: 2,
  prior: 3,
  part: 16,
  embedding: 17,
  embeddingScales: 18,
  lstmX: 19,
  lstmXScales: 20,
  lstmH: 21,
  lstmHScales: 22,
  lstmBias: 23,
  lstmIntegerBias: 24,
  head: 25,
  headScales: 26,
  headBias: 27,
  labelTable: 28,
} as const

export type SectionName = keyof typeof sectionKinds

/** Of the tables of the nonlinearities. */
export const tableKinds: Readonly<Record<NonlinearSite, number>> = {
  'sigmoid-i': 32,
  'sigmoid-f': 33,
  'tanh-g': 34,
  'sigmoid-o': 35,
  'tanh-c': 36,
}

/** 16 bits an integer, the lowest first, in two's complement where the site's integers can be negative. */
export function tableBytes(table: Int32Array): Uint8Array {
  return new Uint8Array(Uint16Array.from(table).buffer)
}

import { createHash } from 'node:crypto'
import type { CellInput } from '../../shared/contract/quantization.ts'
import type { RunArray, RunArrayInfo } from '../../store/index.ts'

/** Whether the texts are read as they are. */
export function isClean({ noise, shift }: CellInput): boolean {
  return shift === null && noise.level === 0
}

/** Whether a run in the store has every number of every text as these arrays have it, bit for bit; by checksum, so that no array is read. */
export function sameScores(stored: readonly RunArrayInfo[], arrays: readonly RunArray[]): boolean {
  const name = 'log-posteriors'
  const there = stored.find((info) => info.name === name)
  const here = arrays.find((array) => array.name === name)
  return there !== undefined && here !== undefined && there.sha256 === checksum(here)
}

function checksum({ data }: RunArray): string {
  return createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex')
}

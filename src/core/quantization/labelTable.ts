import type { LabelArrays } from './partArrays.ts'

/**
 * `c_yv = U_l e_y (+ b_yv)`, row-major [classes, words]: what a class adds to the logit of a word (numerics.md section 8). Summed in float64 and
 * rounded once.
 *
 * @param width length of a class vector
 */
export function labelTable({ words, vectors, bias }: LabelArrays, width: number): Float32Array {
  const [wordCount, classes] = [words.length / width, vectors.length / width]
  const table = new Float32Array(classes * wordCount)
  for (let y = 0; y < classes; y += 1) {
    for (let v = 0; v < wordCount; v += 1) {
      let sum = bias?.[v * classes + y] ?? 0
      for (let k = 0; k < width; k += 1) sum += words[v * width + k]! * vectors[y * width + k]!
      table[y * wordCount + v] = sum
    }
  }
  return table
}

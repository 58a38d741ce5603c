import { decodeSections } from '../../../src/core/quantization/file/container.ts'
import { sectionKinds } from '../../../src/core/quantization/file/sectionKinds.ts'
import type { Width } from '../../../src/shared/units.ts'
import { record, type BenchRecord, type Measured } from '../record.ts'
import { quantizedFiles, recipeText, variants, type QuantizedFile, type Variant } from './variants.ts'
import type { Workbench } from './workbench.ts'

/** Bytes of each weight section of the model files. */
export async function benchWeightBytes(bench: Workbench): Promise<Measured> {
  const model = bench.trained.discriminative
  const files = await quantizedFiles(model, bench.few, Object.keys(variants) as Variant[])
  const records = Object.values(files).flatMap((file) => sizesOf(file, model.description.spec))
  return { records, ratios: [] }
}

/** The bytes of `rows` rows of weights: each row is rounded up to whole bytes, nothing else. */
export function weightBytes(rows: number, columns: number, width: Width): number {
  return rows * Math.ceil((columns * (width === 'float' ? 32 : width)) / 8)
}

interface Sizes {
  words: number
  embedding: number
  hidden: number
  classes: number
}

/** @throws Error where a section has other bytes than its weights have bits */
function sizesOf(
  { variant, bytes, widths }: QuantizedFile,
  { words, embedding, hidden, classes }: Sizes,
): BenchRecord[] {
  const sections = decodeSections(bytes)
  const shared = {
    case: `model file, V ${words}, E ${embedding}, H ${hidden}`,
    contender: `bitgauge ${variant}`,
    recipe: recipeText(variant),
    unit: 'bytes',
  } as const
  const matrices = [
    { name: 'embedding', section: 'embedding', width: widths.embedding, rows: words, columns: embedding },
    { name: 'W_x', section: 'lstmX', width: widths['lstm-x'], rows: 4 * hidden, columns: embedding },
    { name: 'W_h', section: 'lstmH', width: widths['lstm-h'], rows: 4 * hidden, columns: hidden },
    { name: 'head', section: 'head', width: widths.head, rows: classes, columns: hidden },
  ] as const
  const of = matrices.map(({ name, section, width, rows, columns }) => {
    const found = sections.find(({ kind }) => kind === sectionKinds[section])!.bytes.length
    const expected = weightBytes(rows, columns, width)
    if (found !== expected) throw new Error(`${name} of ${variant} has ${found} bytes in place of ${expected}`)
    return record({ ...shared, metric: `${name}, ${width === 'float' ? 32 : width} bits a weight`, samples: [found] })
  })
  return [...of, record({ ...shared, metric: 'file', samples: [bytes.length] })]
}

import { encodeQuantizedModel } from '../../../src/core/quantization/file/encodeQuantizedModel.ts'
import type { QuantizedModel } from '../../../src/core/quantization/quantizedModel.ts'
import type { NativeTexts } from '../../../src/compute/native/openNative.ts'

/** A model's file, with class names and a vocabulary that nobody looks at. */
export function fileOf(model: QuantizedModel): Uint8Array {
  return encodeQuantizedModel(model, {
    classes: Array.from({ length: model.spec.classes }, (_, y) => `class ${y}`),
    vocabulary: { fingerprint: `sha256:${'0'.repeat(64)}`, file: null },
    tokenizer: null,
    maxLength: null,
    origin: {},
  })
}

/** Texts end to end. */
export function flat(texts: readonly (readonly number[])[]): NativeTexts {
  const offsets = new Uint32Array(texts.length + 1)
  texts.forEach(({ length }, k) => (offsets[k + 1] = offsets[k]! + length))
  return { words: Uint32Array.from(texts.flat()), offsets }
}

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors } from '../../../src/core/model/safetensors.ts'
import type { FloatArray } from '../../../src/core/model/weights.ts'

const golden = (name: string): Buffer => readFileSync(new URL(`../../golden/${name}`, import.meta.url))

/** A file of any header, and tensor bytes of any length. */
function fileOf(header: string | Uint8Array, dataBytes = 0, claimed?: bigint): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header
  const bytes = new Uint8Array(8 + text.length + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(text.length), true)
  bytes.set(text, 8)
  return bytes
}

const entry = (shape: number[], from: number, to: number, dtype = 'F32'): string =>
  JSON.stringify({ dtype, shape, data_offsets: [from, to] })

describe('safetensors', () => {
  it('come back as they were, with their metadata, in their order', () => {
    const tensors = new Map<string, FloatArray>([
      ['zeta', { shape: [2, 2], data: Float32Array.of(1, -0, 1e-42, 3.4e38) }],
      ['alpha', { shape: [], data: Float32Array.of(7) }],
      ['leer', { shape: [0, 3], data: new Float32Array() }],
    ])
    const { tensors: found, metadata } = decodeSafetensors(encodeSafetensors(tensors, { note: 'ä "quoted"' }))
    expect([...found]).toEqual([...tensors])
    expect(metadata).toEqual({ note: 'ä "quoted"' })
  })

  it("reads the library's own file and writes the header's length to a multiple of 8", () => {
    const { tensors } = decodeSafetensors(golden('model_torch_discriminative.safetensors'))
    expect(tensors.get('rnn.weight_ih_l0')!.shape).toEqual([20, 3])
    const bytes = encodeSafetensors(tensors)
    expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n)
  })

  it('reads float64, float16 and bfloat16 as the float32 they stand for', () => {
    const header = `{"d":${entry([2], 0, 16, 'F64')},"h":${entry([4], 16, 24, 'F16')},"b":${entry([2], 24, 28, 'BF16')}}`
    const bytes = fileOf(header, 28)
    const data = new DataView(bytes.buffer, 8 + header.length)
    data.setFloat64(0, 0.1, true)
    data.setFloat64(8, -2, true)
    ;[0x3c00, 0xc000, 0x0001, 0x7c00].forEach((bits, k) => data.setUint16(16 + 2 * k, bits, true))
    ;[0x3f80, 0xc040].forEach((bits, k) => data.setUint16(24 + 2 * k, bits, true))
    const { tensors } = decodeSafetensors(bytes)
    expect([...tensors.get('d')!.data]).toEqual([Math.fround(0.1), -2])
    expect([...tensors.get('h')!.data]).toEqual([1, -2, 2 ** -24, Infinity])
    expect([...tensors.get('b')!.data]).toEqual([1, -3])
  })

  const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
  const hostile: [string, Uint8Array, string][] = [
    ['an empty file', new Uint8Array(), 'input-invalid'],
    ['seven bytes', new Uint8Array(7), 'input-invalid'],
    ['a header longer than the file', fileOf('{}', 0, 1000n), 'input-invalid'],
    ['a header of 2^63 bytes', fileOf('{}', 0, 2n ** 63n), 'too-large'],
    ['a header that is not UTF-8', fileOf(Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d)), 'input-invalid'],
    ['a header that is not JSON', fileOf('{"a":'), 'input-invalid'],
    ['a list for a header', fileOf('[]'), 'input-invalid'],
    ['a number for a header', fileOf('7'), 'input-invalid'],
    ['nesting of 100,000 levels', fileOf(deep), 'input-invalid'],
    ['a string of 8 million escapes', fileOf(`{"${'\\\\'.repeat(4_000_000)}":1}`), 'too-large'],
    ['a name twice', fileOf(`{"a":${entry([1], 0, 4)},"a":${entry([1], 0, 4)}}`, 4), 'input-invalid'],
    [
      'a name twice in two spellings',
      fileOf(`{"a":${entry([1], 0, 4)},"\\u0061":${entry([1], 0, 4)}}`, 4),
      'input-invalid',
    ],
    [
      'offsets twice in an entry',
      fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"data_offsets":[0,4]}}', 4),
      'input-invalid',
    ],
    ['overlapping tensors', fileOf(`{"a":${entry([2], 0, 8)},"b":${entry([1], 4, 8)}}`, 8), 'input-invalid'],
    ['the same range twice', fileOf(`{"a":${entry([1], 0, 4)},"b":${entry([1], 0, 4)}}`, 4), 'input-invalid'],
    ['a gap', fileOf(`{"a":${entry([1], 0, 4)},"b":${entry([1], 8, 12)}}`, 12), 'input-invalid'],
    ['bytes that no tensor has', fileOf(`{"a":${entry([1], 0, 4)}}`, 8), 'input-invalid'],
    ['a range past the end', fileOf(`{"a":${entry([1], 0, 4)}}`, 0), 'input-invalid'],
    ['a range that ends before it begins', fileOf(`{"a":${entry([0], 4, 0)}}`, 4), 'input-invalid'],
    ['a negative offset', fileOf(`{"a":${entry([1], -4, 0)}}`), 'input-invalid'],
    ['a negative size', fileOf(`{"a":${entry([-1], 0, 4)}}`, 4), 'input-invalid'],
    ['half an element', fileOf(`{"a":${entry([1.5], 0, 6)}}`, 6), 'input-invalid'],
    [
      'a shape whose product leaves 2^53',
      fileOf(`{"a":${entry([2 ** 40, 2 ** 40, 2 ** 40], 0, 4)}}`, 4),
      'input-invalid',
    ],
    ['a huge shape beside a zero', fileOf(`{"a":${entry([2 ** 52, 2 ** 52, 0], 0, 4)}}`, 4), 'input-invalid'],
    ['nine axes', fileOf(`{"a":${entry(new Array(9).fill(1), 0, 4)}}`, 4), 'input-invalid'],
    ['an unknown type', fileOf(`{"a":${entry([1], 0, 4, 'F33')}}`, 4), 'input-invalid'],
    ['a type named like a method of objects', fileOf(`{"a":${entry([1], 0, 4, 'constructor')}}`, 4), 'input-invalid'],
    ['integers', fileOf(`{"a":${entry([1], 0, 4, 'I32')}}`, 4), 'input-invalid'],
    ['a tensor called __proto__ that is no tensor', fileOf('{"__proto__":{"polluted":true}}'), 'input-invalid'],
    ['metadata that are not texts', fileOf('{"__metadata__":{"a":1}}'), 'input-invalid'],
    ['a name of 600 characters', fileOf(`{"${'n'.repeat(600)}":${entry([1], 0, 4)}}`, 4), 'too-large'],
    [
      '100,001 tensors',
      fileOf(`{${Array.from({ length: 100_001 }, (_, k) => `"${k}":${entry([0], 0, 0)}`).join(',')}}`),
      'too-large',
    ],
  ]
  it.each(hostile)('are refused: %s', (_name, bytes, code) => {
    expect(() => decodeSafetensors(bytes)).toThrowError(expect.objectContaining({ code }))
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('are read from the middle of a larger buffer', () => {
    const whole = encodeSafetensors(new Map([['a', { shape: [1], data: Float32Array.of(5) }]]))
    const shifted = new Uint8Array(whole.length + 3)
    shifted.set(whole, 3)
    expect(decodeSafetensors(shifted.subarray(3)).tensors.get('a')!.data[0]).toBe(5)
  })
})

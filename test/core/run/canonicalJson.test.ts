import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../src/core/run/canonicalJson.ts'

const golden = new URL('../../golden/rfc8785_numbers.json', import.meta.url)
const numbers = (JSON.parse(readFileSync(golden, 'utf8')) as { cases: [string, string | null][] }).cases

function double(bits: string): number {
  return Buffer.from(bits, 'hex').readDoubleBE(0)
}

const negativeZero = '8000000000000000'

describe('canonicalJson', () => {
  it.each(numbers.filter(([bits, text]) => text !== null && bits !== negativeZero))(
    'writes the double %s as %s, as RFC 8785 appendix B prints it',
    (bits, text) => {
      expect(canonicalJson(double(bits))).toBe(text)
    },
  )

  it.each(numbers.filter(([, text]) => text === null))('refuses the double %s, which has no JSON', (bits) => {
    expect(() => canonicalJson({ level: double(bits) })).toThrowError(
      expect.objectContaining({ code: 'non-finite-value', message: expect.stringContaining('$.level') }) as Error,
    )
  })

  it('refuses -0, which the RFC would write as 0, so that two different numbers have no key in common', () => {
    expect(() => canonicalJson([double(negativeZero)])).toThrowError(
      expect.objectContaining({ code: 'input-invalid', found: expect.stringContaining('-0') as string }) as Error,
    )
    expect(canonicalJson([0])).toBe('[0]')
  })

  it('gives the text that RFC 8785 section 3.2.3 prints for its sample of section 3.2.2', () => {
    const sample = String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`
    expect(canonicalJson(JSON.parse(sample))).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    )
  })

  it('sorts keys by UTF-16 code units, as RFC 8785 section 3.2.3 lists them', () => {
    const sample = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    }
    const order = [...canonicalJson(sample).matchAll(/:"([^"]*)"/g)].map((match) => match[1])
    expect(order).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ])
  })

  const itself: Record<string, unknown> = {}
  itself['again'] = itself
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a key with undefined', { q: undefined }],
    ['a hole in a list', [1, , 2]], // eslint-disable-line no-sparse-arrays
    ['a function', { f: () => 1 }],
    ['a big integer', 1n],
    ['a symbol', Symbol('s')],
    ['a symbol as a key', { [Symbol('s')]: 1 }],
    ['a date', { at: new Date(0) }],
    ['a typed array', new Float32Array(2)],
    ['a map', new Map()],
    ['an instance of a class', new URL('http://localhost')],
    ['half a surrogate pair', 'x\ud83d'],
    ['half a surrogate pair in a key', { '\ude00': 1 }],
    ['an object that holds itself', itself],
    ['an object with a conversion of its own', { toJSON: () => 1 }],
  ])('refuses %s instead of dropping or converting it', (_name, value) => {
    expect(() => canonicalJson(value)).toThrowError(expect.objectContaining({ code: 'input-invalid' }) as Error)
  })
})

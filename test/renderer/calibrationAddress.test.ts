import { describe, expect, it } from 'vitest'
import { readAddress, writeAddress, type SetAddress } from '../../src/renderer/features/calibration/address.ts'
import { limitSentence } from '../../src/renderer/features/calibration/sentences.ts'
import { readManifests } from '../../src/renderer/features/calibration/setFiles.ts'

describe('the address of a set that is composed', () => {
  const whole: SetAddress = {
    ...{ dataset: 'ag-news', composition: { 'a,b': 1, '<i>': 3 }, size: 512, draws: 12, seed: 7, name: 'odd-512' },
    labels: 'all',
    ...{ model: 'disc', against: '-', site: 'hidden', part: 2 },
  }

  it('comes back as it was written', () => {
    const query = writeAddress(whole)
    expect(readAddress(query as never)).toEqual(whole)
  })

  it('leaves out what is no value of its kind', () => {
    const query = { composition: '{"a": -1}', size: '0', draws: '1e9', seed: 'x', labels: 'maybe', site: ['a', 'b'] }
    const read = readAddress(query as never)
    expect(Object.values(read).every((value) => value === null)).toBe(true)
    expect(readAddress({ composition: '{"a"' } as never).composition).toBeNull()
  })
})

describe('the sentence of a limit', () => {
  const pool = [{ name: 'Emergency stop triggered', texts: 61, available: 61 }]

  it('says how many texts there are, what they are of the size, and that draws do not differ', () => {
    const all = { kind: 'all', index: 0, available: 61, tenths: 119, size: 256, others: 0 } as const
    expect(limitSentence(all, pool)).toEqual({
      words:
        'Emergency stop triggered: 61 texts exist, 11.9 % at this size is the most. All are in every draw, so draws do not differ in this class.',
      size: 256,
    })
  })

  it('offers no size where none works', () => {
    const wish = { kind: 'wish', index: 0, needed: 4, available: 0, size: 0 } as const
    expect(limitSentence(wish, pool).size).toBeNull()
  })
})

describe('a file of manifests', () => {
  it.each(['{', '{"data": {"sets": []}}', '[]', 'null', '{"kind": "calibration-set"}'])(
    'is refused where it is %s',
    async (text) => {
      const file = { name: 'x.json', size: text.length, text: () => Promise.resolve(text) }
      await expect(readManifests(file)).rejects.toMatchObject({ code: 'input-invalid' })
    },
  )
})

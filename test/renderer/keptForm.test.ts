import { describe, expect, it } from 'vitest'
import { readForm } from '../../src/renderer/app/keptForm.ts'

describe('readForm', () => {
  const usual = { name: '', epochs: 6, clips: true }

  it('gives back what was kept', () => {
    const kept = { name: 'mine', epochs: 17, clips: false }
    expect(readForm(JSON.stringify(kept), usual)).toEqual(kept)
  })

  it.each([
    ['nothing', null],
    ['a broken text', '{"name":'],
    ['no record', '7'],
    ['a field less', '{"name":"mine","epochs":17}'],
    ['a field more', '{"name":"mine","epochs":17,"clips":true,"left":1}'],
    ['a field of another kind', '{"name":"mine","epochs":"17","clips":true}'],
  ])('gives the usual one, as a copy, for %s', (_what, text) => {
    const form = readForm(text, usual)
    expect(form).toEqual(usual)
    expect(form).not.toBe(usual)
  })
})

import { describe, expect, it } from 'vitest'
import { assertMemory } from '../../../src/compute/training/trainingMemory.ts'
import { modelSpecSchema } from '../../../src/shared/contract/modelRules.ts'

const spec = modelSpecSchema.parse({ family: 'discriminative', words: 10_004, classes: 4 })

describe('assertMemory', () => {
  it('lets an ordinary training through', () => {
    expect(() => assertMemory(spec, 64, 128, 4e9)).not.toThrow()
  })

  it('names a batch that fits, for texts of 100,000 words', () => {
    const act = () => assertMemory(spec, 64, 100_000, 16e9)
    expect(act).toThrowError(
      expect.objectContaining({ code: 'out-of-memory', hint: expect.stringContaining('--batch 14') }),
    )
    expect(() => assertMemory(spec, 14, 100_000, 16e9)).not.toThrow()
  })

  it('says to cut texts off where not even one fits', () => {
    const act = () => assertMemory(spec, 64, 10_000_000, 4e9)
    expect(act).toThrowError(expect.objectContaining({ hint: expect.stringContaining('Cut texts off') }))
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import type { JobContext } from '../../../src/compute/jobs/job.ts'
import { largestDifference, selfTest } from '../../../src/compute/jobs/selfTest.ts'
import { selfTestSchema } from '../../../src/shared/contract/system.ts'
import type { Progress } from '../../../src/shared/contract/jobs.ts'
import { readyAddon } from '../readyAddon.ts'

beforeAll(() => {
  process.env['BITGAUGE_TENSORFLOW_ADDON'] = readyAddon()
})

describe('selfTest', () => {
  it('finds every operation and gradient right on the real library, and says how far off each was', async () => {
    const told: Progress[] = []
    const context: JobContext = {
      progress: (progress) => told.push(progress),
      warn: () => {},
      step: () => Promise.resolve(),
    }
    const report = selfTestSchema.parse(await selfTest({}, context))
    expect(report.tensorflow).toBe('2.21.0')
    expect(report.kernels.map((kernel) => [kernel.op, kernel.device, kernel.ok])).toEqual([
      ['MatMul', 'cpu', true],
      ['MatMul gradient', 'cpu', true],
      ['BlockLSTMV2', 'cpu', true],
      ['BlockLSTMV2 gradient', 'cpu', true],
      ['MatMul exact integers', 'cpu', true],
    ])
    const exact = report.kernels.filter((kernel) => kernel.op.startsWith('MatMul'))
    expect(exact.map((kernel) => kernel.max_error)).toEqual([0, 0, 0])
    expect(told.map((progress) => progress.phase)).toContain('load TensorFlow')
  })
})

describe('largestDifference', () => {
  it('gives the largest absolute difference', () => {
    expect(largestDifference([1, 2, 3], [1, 2.5, 2.75])).toBe(0.5)
  })
  it.each([
    ['a value that is not a number', [1, NaN], [1, 2]],
    ['a value that is not finite', [1, Infinity], [1, 2]],
    ['lengths that differ', [1], [1, 2]],
  ])('gives null for %s', (_, found, expected) => {
    expect(largestDifference(found, expected)).toBeNull()
  })
})

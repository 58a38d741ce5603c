import { expect, it } from 'vitest'
import { RunService, type RunServiceOptions } from '../../../src/host/services/runs.ts'
import { runsOfModelSchema } from '../../../src/shared/contract/run.ts'
import { openTemp } from '../../store/support/openTemp.ts'
import { orderedId, sampleEvaluation, sampleRun } from '../../store/support/samples.ts'

it('gives the newest evaluations of one model, and how many there are of it', () => {
  const store = openTemp()
  const model = { id: orderedId(100), name: 'another', fingerprint: `sha256:${'ab'.repeat(32)}` }
  for (let number = 0; number < 9; number += 1) {
    const result = sampleEvaluation(number % 3 === 0 ? { model } : {})
    store.runs.put(sampleRun({ id: orderedId(number), seed: number, result, warnings: [] }))
  }
  const service = new RunService(store as unknown as RunServiceOptions)
  const found = runsOfModelSchema.parse(service.ofModel({ model: 'another', limit: 2 }))
  expect(found).toMatchObject({ total: 3, looked: 9, more: false })
  expect(found.runs.map(({ seed }) => seed)).toEqual([6, 3])
  expect(service.ofModel({ model: 'none', limit: 2 })).toMatchObject({ runs: [], total: 0 })
})

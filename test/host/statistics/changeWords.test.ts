import { expect, it } from 'vitest'
import { changeWords } from '../../../src/host/statistics/changeWords.ts'
import type { EvaluationResult } from '../../../src/shared/contract/evaluation.ts'

function evaluated(change: object): EvaluationResult {
  const common = { model: { name: 'disc' }, quantization: null, noise: { kind: 'none', level: 0 }, shift: null }
  return { ...common, dataset: { name: 'ag-news' }, split: 'test', ...change } as unknown as EvaluationResult
}

it('says that the texts are others, where they are, and nothing that both sides have', () => {
  const noisy = evaluated({ noise: { kind: 'qwerty', level: 0.1 } })
  expect(changeWords([[noisy, evaluated({})]])).toBe('qwerty 0.1 instead of clean')
  const other = evaluated({ dataset: { name: 'r8' } })
  expect(changeWords([[other, evaluated({})]])).toBe('on r8 instead of on ag-news')
  expect(changeWords([[evaluated({ split: 'dev' }), evaluated({})]])).toBe(
    'on the dev split instead of on the test split',
  )
})

import { describe, expect, it } from 'vitest'
import { encodeSafetensors } from '../../../src/core/model/safetensors.ts'
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../../../src/core/training/checkpoint.ts'

const array = (value: number) => new Map([['a/b', { shape: [1], data: Float32Array.of(value) }]])
const checkpoint: Checkpoint = {
  task: `sha256:${'0'.repeat(64)}`,
  state: {
    epoch: 2,
    batch: 17,
    step: 117,
    groupSteps: [117],
    running: { loss: 0.1 + 0.2, weight: 1 / 3, right: 5, texts: 9, clipped: 0 },
    best: { epoch: 1, dev: { accuracy: 0.9, nll: 0.3 } },
    history: [{ epoch: 1, loss: 1e-300, accuracy: null, dev: null, clipped: 2 }],
  },
  weights: array(1),
  m: array(2),
  v: array(3),
  best: new Map(),
}

describe('a checkpoint', () => {
  it('comes back digit by digit', () => {
    expect(decodeCheckpoint(encodeCheckpoint(checkpoint))).toEqual(checkpoint)
  })

  it.each([
    ['no head', {}],
    ['a head that is not JSON', { 'bitgauge-checkpoint': '{' }],
    [
      'a later version',
      {
        'bitgauge-checkpoint': JSON.stringify({
          kind: 'checkpoint',
          version: 2,
          task: checkpoint.task,
          state: checkpoint.state,
        }),
      },
    ],
  ])('is refused with %s', (_name, metadata) => {
    const bytes = encodeSafetensors(array(1), metadata as Record<string, string>)
    expect(() => decodeCheckpoint(bytes)).toThrowError(expect.objectContaining({ code: 'input-invalid' }))
  })
})

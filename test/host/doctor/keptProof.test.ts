import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { KeptProof } from '../../../src/host/doctor/keptProof.ts'

/** Runs that end when the test says so; each tells whether it was given up. */
function controlled() {
  const runs: { signal: AbortSignal; end: PromiseWithResolvers<number> }[] = []
  const proof = new KeptProof((signal) => {
    const end = Promise.withResolvers<number>()
    runs.push({ signal, end })
    return end.promise
  })
  return { runs, proof }
}

const asked = { again: false }

describe('a proof that is kept', () => {
  it('is run once for all who ask of the same thing, during the run and after it', async () => {
    const { runs, proof } = controlled()
    const both = [proof.get('a', asked), proof.get('a', { again: true })]
    runs[0]!.end.resolve(7)
    expect(await Promise.all(both)).toEqual([7, 7])
    expect(await proof.get('a', asked)).toBe(7)
    expect(runs).toHaveLength(1)
  })

  it('is run anew of another thing, and where it is asked for again', async () => {
    const { runs, proof } = controlled()
    for (const [k, ask] of [
      () => proof.get('a', asked),
      () => proof.get('b', asked),
      () => proof.get('b', { again: true }),
    ].entries()) {
      const answer = ask()
      runs[k]!.end.resolve(k)
      expect(await answer).toBe(k)
    }
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([false, false, false])
  })

  it('is not kept where the run failed', async () => {
    const { runs, proof } = controlled()
    const first = proof.get('a', asked)
    runs[0]!.end.reject(new Error('no library'))
    await expect(first).rejects.toThrow('no library')
    const second = proof.get('a', asked)
    runs[1]!.end.resolve(1)
    expect(await second).toBe(1)
  })

  it('goes on while somebody waits for it, and is given up when nobody does', async () => {
    const { runs, proof } = controlled()
    const [one, two] = [new AbortController(), new AbortController()]
    const answers = [one, two].map(({ signal }) => proof.get('a', { again: false, signal }))
    const refused = answers.map((answer) => expect(answer).rejects.toMatchObject({ code: 'cancelled' }))
    one.abort()
    await refused[0]
    expect(runs[0]!.signal.aborted).toBe(false)
    two.abort()
    await refused[1]
    await setImmediate()
    expect(runs[0]!.signal.aborted).toBe(true)
    const next = proof.get('a', asked)
    runs[1]!.end.resolve(2)
    expect(await next).toBe(2)
  })

  it('is not begun for one who has given up already', async () => {
    const { runs, proof } = controlled()
    await expect(proof.get('a', { again: false, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect(runs).toHaveLength(0)
  })
})

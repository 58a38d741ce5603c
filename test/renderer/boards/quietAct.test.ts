import { describe, expect, it } from 'vitest'
import { useQuietAct } from '../../../src/renderer/features/boards/useQuietAct.ts'
import { AppError } from '../../../src/shared/errors.ts'

/** A call whose answers are given by hand, in the order that they were asked for. */
function byHand() {
  const asked: { input: string; answer: (output: string) => void; refuse: (thrown: unknown) => void }[] = []
  const call = useQuietAct(
    (input: string) => new Promise<string>((answer, refuse) => void asked.push({ input, answer, refuse })),
  )
  return { asked, call }
}

const unreachable = new AppError('host-unreachable', 'Nothing answers.')

describe('a call that may carry a secret', () => {
  it('is busy until it is answered, and gives the answer', async () => {
    const { asked, call } = byHand()
    const answered = call.act('bench')
    expect(call.busy.value).toBe(true)
    asked[0]?.answer('seen')
    expect(await answered).toBe('seen')
    expect(call.busy.value).toBe(false)
  })

  it('says why it failed, and forgets it where it is told to', async () => {
    const { asked, call } = byHand()
    const answered = call.act('bench')
    asked[0]?.refuse(unreachable)
    expect(await answered).toBeUndefined()
    expect(call.problem.value).toMatchObject({ code: 'host-unreachable' })
    call.forget()
    expect(call.problem.value).toBeNull()
  })

  it('tells nothing of a board that the page has left: neither its fault nor that it is busy, and its answer goes nowhere', async () => {
    const { asked, call } = byHand()
    const [refused, answered] = [call.act('bench'), call.act('bench')]
    call.letGo()
    expect(call.busy.value).toBe(false)
    const next = call.act('shelf')
    asked[0]?.refuse(unreachable)
    asked[1]?.answer('seen')
    expect([await refused, await answered]).toEqual([undefined, undefined])
    expect([call.problem.value, call.busy.value]).toEqual([null, true])
    asked[2]?.answer('its own')
    expect(await next).toBe('its own')
  })
})

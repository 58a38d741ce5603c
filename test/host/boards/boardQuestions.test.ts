import { describe, expect, it } from 'vitest'
import { BoardQuestions } from '../../../src/host/boards/boardQuestions.ts'
import type { HostEvent } from '../../../src/shared/contract/jobs.ts'

const asked = {
  board: 'pi5',
  server: { name: 'pi5.local', jump: false },
  prompts: [
    { prompt: 'Name: ', echo: true },
    { prompt: 'Code: ', echo: false },
  ],
}

describe('questions of servers', () => {
  it('are told, answered prompt by prompt, and gone then', async () => {
    const told: HostEvent[] = []
    const questions = new BoardQuestions((event) => told.push(event))
    const answers = questions.ask(asked, new AbortController().signal)
    const [question] = questions.open()
    expect(told).toEqual([{ type: 'question', question: { id: question!.id, ...asked } }])
    expect(() => questions.answer(question!.id, ['one'])).toThrowError(
      expect.objectContaining({ code: 'input-invalid' }),
    )
    questions.answer(question!.id, ['lab', '4711'])
    expect(await answers).toEqual(['lab', '4711'])
    expect(told.at(-1)).toEqual({ type: 'question-settled', id: question!.id })
    expect(questions.open()).toEqual([])
    expect(() => questions.answer(question!.id, null)).toThrowError(expect.objectContaining({ code: 'not-found' }))
    expect(JSON.stringify(told)).not.toContain('4711')
  })

  it('are not asked where the server has hung up before', async () => {
    const told: HostEvent[] = []
    const questions = new BoardQuestions((event) => told.push(event))
    await expect(questions.ask(asked, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' })
    expect([questions.open(), told]).toEqual([[], []])
  })

  it.each(['nobody will answer', 'the server has hung up'])('end where %s', async (why) => {
    const questions = new BoardQuestions(() => {})
    const line = new AbortController()
    const answers = questions.ask(asked, line.signal)
    if (why === 'nobody will answer') questions.answer(questions.open()[0]!.id, null)
    else line.abort()
    await expect(answers).rejects.toMatchObject({ code: 'cancelled' })
    expect(questions.open()).toEqual([])
  })
})

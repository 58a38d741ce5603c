import { ulid } from 'ulid'
import type { BoardQuestion } from '../../shared/contract/boardCalls.ts'
import type { HostEvent } from '../../shared/contract/jobs.ts'
import { AppError } from '../../shared/errors.ts'

interface Open {
  question: BoardQuestion
  settle: (answers: readonly string[] | null) => void
}

/** What servers ask while somebody logs in, told to whoever watches; answers pass through and are kept nowhere. */
export class BoardQuestions {
  readonly #publish: (event: HostEvent) => void
  readonly #open = new Map<string, Open>()

  constructor(publish: (event: HostEvent) => void) {
    this.#publish = publish
  }

  open(): BoardQuestion[] {
    return [...this.#open.values()].map(({ question }) => question)
  }

  /** Until it is answered. Errors: `cancelled` where nobody will, or the connection has ended. */
  ask(asked: Omit<BoardQuestion, 'id'>, ended: AbortSignal): Promise<readonly string[]> {
    const question: BoardQuestion = { id: ulid(), ...asked }
    return new Promise((resolve, reject) => {
      const settle = (answers: readonly string[] | null): void => {
        if (!this.#open.delete(question.id)) return
        ended.removeEventListener('abort', giveUp)
        this.#publish({ type: 'question-settled', id: question.id })
        if (answers === null) reject(new AppError('cancelled', 'The questions of the server were not answered.'))
        else resolve(answers)
      }
      const giveUp = (): void => settle(null)
      if (ended.aborted) return reject(new AppError('cancelled', 'The questions of the server were not answered.'))
      ended.addEventListener('abort', giveUp)
      this.#open.set(question.id, { question, settle })
      this.#publish({ type: 'question', question })
    })
  }

  /** Nobody will answer any more: who waits is told so. */
  close(): void {
    for (const { settle } of [...this.#open.values()]) settle(null)
  }

  /** @throws AppError `not-found`, `input-invalid` for another number of answers than of prompts */
  answer(id: string, answers: readonly string[] | null): void {
    const found = this.#open.get(id)
    if (found === undefined) throw new AppError('not-found', 'This question is not asked any more.')
    const { length } = found.question.prompts
    if (answers !== null && answers.length !== length)
      throw new AppError('input-invalid', 'Each question has one answer.', {
        expected: String(length),
        found: String(answers.length),
      })
    found.settle(answers)
  }
}

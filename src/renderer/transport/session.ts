import { AppError } from '../../shared/errors.ts'
import { errorRecordSchema } from '../../shared/errorRecord.ts'
import { connectionLost } from './callErrors.ts'
import type { Page } from './page.ts'

/** Exchanges the link's token for a session, and knows whether there is one. */
export class Session {
  readonly #page: Page
  #token: string | null = null

  constructor(page: Page) {
    this.#page = page
  }

  /** Takes the token out of the address bar, so that it is in no bookmark, history or screenshot; true where there was one. */
  takeToken(): boolean {
    const match = /^#token=([\w-]{16,128})$/.exec(this.#page.hash())
    if (match?.[1] === undefined) return false
    this.#token = match[1]
    this.#page.dropHash()
    return true
  }

  /**
   * Makes sure of a session.
   *
   * @throws AppError `unauthorized` where there is none, and the answer's own error, or `connection-lost`
   */
  async open(): Promise<void> {
    const refused = await this.#redeem()
    if (refused === null) return
    // A used token is worth nothing, but this browser may hold the session that it was used for.
    const answer = await this.#ask({ method: 'GET' })
    if (answer.ok) return
    throw refused ?? (await errorOf(answer))
  }

  /** Null where the token was exchanged; otherwise why not, undefined where there is no token. */
  async #redeem(): Promise<AppError | null | undefined> {
    if (this.#token === null) return undefined
    const answer = await this.#ask({ method: 'POST', body: JSON.stringify({ token: this.#token }) })
    if (!answer.ok && answer.status !== 401) throw await errorOf(answer)
    this.#token = null
    if (!answer.ok) return errorOf(answer)
    this.#page.tellSession()
    return null
  }

  async #ask(init: RequestInit): Promise<Response> {
    const headers = init.body === undefined ? {} : { 'content-type': 'application/json' }
    try {
      return await this.#page.fetch(`${this.#page.origin}/session`, {
        ...init,
        headers,
        cache: 'no-store',
        credentials: 'same-origin',
        redirect: 'error',
      })
    } catch (thrown) {
      throw connectionLost(thrown)
    }
  }
}

async function errorOf(answer: Response): Promise<AppError> {
  const body = (await answer.json().catch(() => null)) as { error?: unknown } | null
  const record = errorRecordSchema.safeParse(body?.error)
  return record.success ? AppError.fromRecord(record.data) : connectionLost(`status ${answer.status}`)
}

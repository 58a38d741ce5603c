import type { BoardSecrets } from '../../../shared/contract/boardCalls.ts'
import type { ErrorRecord } from '../../../shared/errors.ts'

/** What a reader has typed for one server; empty: nothing. It stands in a field alone, and is cleared as soon as it was sent. */
export interface TypedSecrets {
  password: string
  passphrase: string
}

export const noSecrets: TypedSecrets = { password: '', passphrase: '' }

/**
 * Secrets as calls take them, with a promise that this window answers what servers ask besides.
 *
 * @param jumps by the names of servers on the way
 */
export function secretsFor(board: TypedSecrets, jumps: Readonly<Record<string, TypedSecrets>> = {}): BoardSecrets {
  const named = Object.entries(jumps).flatMap(([name, typed]) =>
    isTyped(typed) ? [[name, given(typed)] as const] : [],
  )
  return {
    ...given(board),
    ...(named.length === 0 ? {} : { jumps: Object.fromEntries(named) }),
    questions: true,
  }
}

/** Nothing but answers to what servers ask. */
export const onlyAnswers: BoardSecrets = { questions: true }

export function isTyped({ password, passphrase }: TypedSecrets): boolean {
  return password !== '' || passphrase !== ''
}

function given({ password, passphrase }: TypedSecrets): Partial<TypedSecrets> {
  return { ...(password === '' ? {} : { password }), ...(passphrase === '' ? {} : { passphrase }) }
}

/** Whether another secret, or one at all, may help. */
export function asksSecret(problem: ErrorRecord | null): boolean {
  return problem?.code === 'secret-needed' || problem?.code === 'authentication-refused'
}

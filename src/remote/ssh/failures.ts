import type { BoardAuthentication } from '../../shared/contract/board.ts'
import { AppError } from '../../shared/errors.ts'
import type { RouteServer } from './route.ts'

/** What happened on the way into a server. */
export interface Refusals {
  server: RouteServer
  /** ways that the server takes; null where it did not get so far */
  offered: readonly string[] | null
  tried: BoardAuthentication[]
  left: string[]
  /** ends the connection for a reason of ours */
  stopped: AppError | null
}

const unreachable: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such name',
  EAI_AGAIN: 'the name could not be looked up',
  ECONNREFUSED: 'the connection was refused: no SSH server listens there',
  EHOSTUNREACH: 'no way to that address',
  ENETUNREACH: 'no network',
  ETIMEDOUT: 'no answer',
}

/** The error that a person gets for one of ssh2, which tells its kind by `level`. Never holds what was sent. */
export function connectFailure(thrown: unknown, refusals: Refusals): AppError {
  if (refusals.stopped !== null) return refusals.stopped
  if (thrown instanceof AppError) return thrown
  const { level, code, message } = (thrown ?? {}) as { level?: string; code?: unknown; message?: string }
  const { host, port } = refusals.server
  if (level === 'client-authentication') return refusedAll(refusals)
  if (message !== undefined && /no matching/.test(message)) return weak(host, message)
  if (typeof code === 'string' && code in unreachable) return cannotReach(host, port, unreachable[code]!)
  if (level === 'client-timeout') return cannotReach(host, port, 'no answer in time')
  if (refusals.tried.length > 0 && refusals.offered !== null) return refusedAll(refusals)
  if (/lost before handshake/.test(message ?? '')) return cannotReach(host, port, 'somebody who hung up at once')
  if (level === 'handshake' || level === 'protocol') return cannotReach(host, port, 'no sound SSH server', message)
  return cannotReach(host, port, 'the line was cut before one was in', message)
}

/** Callers ask for the secrets of the server that an error is about. */
export function aboutJump({ jump, name }: RouteServer): { subject?: string } {
  return jump ? { subject: name } : {}
}

function cannotReach(host: string, port: number, found: string, said?: string): AppError {
  return new AppError('host-unreachable', `${host}, port ${port}, cannot be reached.`, {
    expected: 'an SSH server',
    found: said === undefined ? found : `${found} (${said.slice(0, 200)})`,
    hint: 'Check the address, the port, and that the board is on.',
  })
}

function weak(host: string, message: string): AppError {
  const kind = /no matching (.*)$/.exec(message)?.[1] ?? 'algorithm'
  return new AppError('ssh-weak', `${host} offers nothing that is safe to talk over.`, {
    expected: 'algorithms without SHA-1 and CBC',
    found: `no ${kind} in common`,
    hint: 'Update the SSH server of the board, or its configuration.',
  })
}

function refusedAll({ server, offered, tried, left }: Refusals): AppError {
  const refused =
    tried.length === 0 ? 'nothing that it takes could be tried' : `refused: ${[...new Set(tried)].join(', ')}`
  const takes = offered === null ? [] : [`it takes ${offered.join(', ') || 'nothing'}`]
  return new AppError('authentication-refused', `${server.host} does not let ${server.user} in.`, {
    expected: 'a key or password that it accepts',
    found: [refused, ...takes, ...left].join('; ').slice(0, 1000),
    hint: 'Check the user, the key and the password; `ssh -v` tells what the server says.',
    ...aboutJump(server),
  })
}

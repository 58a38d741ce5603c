import type { Duplex } from 'node:stream'
import { Client, type AnyAuthMethod, type AuthHandlerMiddleware, type Prompt } from 'ssh2'
import type { BoardAuthentication } from '../../shared/contract/board.ts'
import { AppError } from '../../shared/errors.ts'
import type { KeyboardPrompt, SeenHostKey, ServerSecrets } from '../connection.ts'
import { safeAlgorithms } from './algorithms.ts'
import { planAttempts, type Attempt, type Attempts } from './attempts.ts'
import { judgeHostKey, knownAlgorithms, type ServerKeys } from './hostKeys.ts'
import type { RouteServer } from './route.ts'
import { connectFailure, type Refusals } from './failures.ts'

export interface ServerOptions {
  keys: ServerKeys
  secrets: ServerSecrets
  ways: readonly BoardAuthentication[] | undefined
  answer: ((prompts: readonly KeyboardPrompt[]) => Promise<readonly string[]>) | undefined
  agent: string | null
  timeout_ms: number
  keepalive_ms: number
  signal: AbortSignal | undefined
  onHostKey: ((seen: SeenHostKey) => void) | undefined
  /** whether the board lies behind other servers */
  jumped: boolean
  /** the way through the server before; left out: a socket of its own */
  through?: Duplex
}

export interface ServerConnection {
  client: Client
  hostKey: SeenHostKey
}

/** Words of a server before one is in: more is no greeting. */
const bannerBytes = 65_536
const promptsAtOnce = 8
const promptRounds = 5

/**
 * Logs in to one server. Its key is judged before anything of the user's is sent.
 *
 * @throws HostKeyError; AppError `host-unreachable`, `authentication-refused`, `secret-needed`, `ssh-weak`, `cancelled`, `connection-lost`
 */
export async function connectServer(server: RouteServer, options: ServerOptions): Promise<ServerConnection> {
  const { keys, secrets, ways, agent, answer, signal } = options
  if (signal?.aborted === true) throw new AppError('cancelled', 'The connection was cancelled.')
  const attempts = planned(() => planAttempts({ server, secrets, ways, agent, answers: answer !== undefined }))
  const client = new Client()
  const refusals: Refusals = { server, offered: null, tried: [], left: attempts.left, stopped: null }
  let hostKey: SeenHostKey | undefined
  const stop = (error: AppError) => {
    refusals.stopped ??= error
    client.destroy()
  }
  const clock = limitTime(options.timeout_ms, () => stop(connectFailure({ level: 'client-timeout' }, refusals)))
  const abort = () => stop(new AppError('cancelled', 'The connection was cancelled.'))
  signal?.addEventListener('abort', abort, { once: true })
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (error: unknown) => reject(connectFailure(error, refusals))
      // Small packets are not held back for one another: a round trip would last 40 ms longer.
      client.on('connect', () => client.setNoDelay(true))
      client.on('ready', resolve)
      client.on('error', (error) => {
        if ((error as { level?: string }).level === 'agent') attempts.left.push('the agent did not answer')
        else fail(error)
      })
      client.on('close', () => fail({ level: 'closed' }))
      client.on('change password', () => stop(refusedBy(server, 'the password has expired; change it on the server')))
      limitBanner(client, () => stop(refusedBy(server, 'a greeting without an end')))
      client.connect({
        ...(options.through === undefined
          ? { host: server.host, port: server.port }
          : { sock: options.through as never }),
        username: server.user,
        readyTimeout: 0,
        keepaliveInterval: options.keepalive_ms,
        keepaliveCountMax: 3,
        algorithms: safeAlgorithms(knownAlgorithms(keys), options.jumped),
        hostVerifier: (blob: Buffer) => {
          try {
            hostKey = judgeHostKey(server, blob, keys)
            return true
          } catch (error) {
            refusals.stopped ??= error as AppError
            return false
          }
        },
        authHandler: authenticate(server, {
          attempts,
          refusals,
          prompt: prompter(options, clock, stop, server),
          begin: () => {
            // Keys are exchanged and the server's signature is verified by now.
            const failure = tellKey(options, hostKey!) ?? attempts.failure
            if (failure !== null) stop(failure)
            return failure === null
          },
        }),
      })
    })
    return { client, hostKey: hostKey! }
  } catch (error) {
    client.destroy()
    throw error
  } finally {
    clock.stop()
    signal?.removeEventListener('abort', abort)
    client.removeAllListeners('error')
    // What comes later is told by `close`.
    client.on('error', () => {})
  }
}

/** What went wrong with it: ssh2 calls from where nothing catches. */
function tellKey({ onHostKey }: ServerOptions, hostKey: SeenHostKey): AppError | null {
  try {
    onHostKey?.(hostKey)
    return null
  } catch (error) {
    return error as AppError
  }
}

/** What is wrong with a key or a secret is told after the server’s key, which counts even where nobody can log in yet. */
function planned(plan: () => Attempts): Attempts & { failure: AppError | null } {
  try {
    return { ...plan(), failure: null }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { list: [], password: undefined, left: [], failure: error }
  }
}

function limitTime(time_ms: number, onEnd: () => void): { stop: () => void; again: () => void } {
  let timer = setTimeout(onEnd, time_ms)
  return {
    stop: () => clearTimeout(timer),
    again: () => {
      clearTimeout(timer)
      timer = setTimeout(onEnd, time_ms)
    },
  }
}

function limitBanner(client: Client, onTooMuch: () => void): void {
  let left = bannerBytes
  client.on('banner', (text: string) => {
    left -= Buffer.byteLength(text)
    if (left < 0) onTooMuch()
  })
}

type Prompter = (prompts: Prompt[], finish: (answers: string[]) => void) => void

/** First `none`, by which a server tells what it takes; then each attempt whose method it takes. */
function authenticate(
  server: RouteServer,
  {
    attempts,
    refusals,
    prompt,
    begin,
  }: { attempts: Attempts; refusals: Refusals; prompt: Prompter; begin: () => boolean },
): AuthHandlerMiddleware {
  const rest = [...attempts.list]
  let asked = false
  return (offered, _partial, next) => {
    if (!asked) {
      asked = true
      if (!begin()) return
      return next({ type: 'none', username: server.user })
    }
    // Null before the server has said anything, false where nothing is left: the types of ssh2 know neither.
    const takes = offered as readonly string[] | null
    if (takes !== null) refusals.offered = takes
    let attempt = rest.shift()
    while (attempt !== undefined && takes?.includes(attempt.method) === false) attempt = rest.shift()
    if (attempt === undefined) return next(false as never)
    refusals.tried.push(attempt.way)
    next(methodOf(attempt, server.user, attempts, prompt))
  }
}

function methodOf({ way, key, agent }: Attempt, username: string, attempts: Attempts, prompt: Prompter): AnyAuthMethod {
  if (way === 'key') return { type: 'publickey', username, key: key as never }
  if (way === 'agent') return { type: 'agent', username, agent: agent! }
  if (way === 'password') return { type: 'password', username, password: attempts.password! }
  return {
    type: 'keyboard-interactive',
    username,
    prompt: (_name, _instructions, _language, prompts, finish) => prompt(prompts, finish),
  }
}

/** Answers a server's questions: by whoever was named for it, else one hidden question by the password. */
function prompter(
  { secrets, answer }: ServerOptions,
  clock: { stop: () => void; again: () => void },
  stop: (error: AppError) => void,
  server: RouteServer,
): Prompter {
  let rounds = 0
  return (prompts, finish) => {
    if (++rounds > promptRounds || prompts.length > promptsAtOnce)
      return stop(refusedBy(server, 'questions without an end'))
    const shown = prompts.map(({ prompt, echo = false }) => ({ prompt: plainWords(prompt), echo }))
    const fits = shown.length === 1 && !shown[0]!.echo && secrets.password !== undefined
    if (fits && (answer === undefined || rounds === 1)) return finish([secrets.password!])
    if (answer === undefined || shown.length === 0) return finish(shown.map(() => ''))
    clock.stop()
    answer(shown).then(
      (answers) => {
        clock.again()
        finish([...answers])
      },
      () => stop(new AppError('cancelled', 'The questions of the server were not answered.')),
    )
  }
}

function plainWords(text: string): string {
  return text.replaceAll(/[\p{C}]+/gu, ' ').slice(0, 200)
}

function refusedBy({ host }: RouteServer, found: string): AppError {
  return new AppError('authentication-refused', `${host} does not let Bitgauge in.`, { found })
}

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { ulid } from 'ulid'
import { canonicalJson } from '../../core/run/canonicalJson.ts'
import type { BoardDescription, BoardServer } from '../../shared/contract/board.ts'
import type { BoardEntry, BoardSecrets } from '../../shared/contract/boardCalls.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import { nearestName } from '../../core/dataset/nearestName.ts'
import {
  connectBoard,
  connectLocal,
  describeBoard,
  HostKeyError,
  routeTo,
  type BoardConnection,
  type BoardSecrets as RemoteSecrets,
  type SeenHostKey,
} from '../../remote/index.ts'
import type { BoardQuestions } from './boardQuestions.ts'
import type { BoardPatience } from './patience.ts'
import type { BoardRepository, BoardRow } from '../../store/index.ts'

type Answer = NonNullable<RemoteSecrets['answer']>

export const localName = 'local'

export interface BoardsOptions {
  cache: string
  boards: BoardRepository
  questions: BoardQuestions
  patience: Pick<BoardPatience, 'connect_ms' | 'keepalive_ms'>
}

export interface ConnectHow {
  secrets?: BoardSecrets | undefined
  signal?: AbortSignal | undefined
  /** fingerprints to take where nothing is known */
  accept?: readonly string[]
  /** fingerprints to take in the place of what is known */
  replace?: readonly string[]
  /** of each server whose key was taken, in their order */
  onHostKey?: (seen: SeenHostKey) => void
}

/**
 * The boards of a home and the ways to them. Secrets that a call brings are kept in memory while the program runs, and nowhere else.
 */
export class Boards {
  readonly #options: BoardsOptions
  readonly #secrets = new Map<string, BoardSecrets>()

  constructor(options: BoardsOptions) {
    this.#options = options
  }

  /** @throws AppError `not-found` with the nearest name */
  get(name: string): BoardRow | null {
    if (name === localName) return null
    const found = this.#options.boards.get(name)
    if (found !== undefined) return found
    const names = [localName, ...this.#options.boards.list().map((board) => board.name)]
    const near = nearestName(name, names)
    throw new AppError('not-found', `There is no board ${JSON.stringify(name)}.`, {
      expected: 'the name of a board',
      hint: near === undefined ? nextStep('list-boards') : `The nearest is ${near}.`,
    })
  }

  /** Connects, keeps the keys that were taken, and notes a key that was refused. Errors: those of `connectBoard`. */
  async connect(
    name: string,
    { secrets = {}, signal, accept = [], replace = [], onHostKey }: ConnectHow = {},
  ): Promise<BoardConnection> {
    const board = this.get(name)
    if (board === null) return connectLocal({ cacheFolder: join(this.#options.cache, 'boards', localName) })
    const held = joinSecrets(this.#secrets.get(name), secrets)
    const stored = this.#options.boards.keys(name).map(({ since: _, ...key }) => key)
    const taken = (seen: SeenHostKey): void => {
      this.#keep(name, seen)
      onHostKey?.(seen)
    }
    const ended = new AbortController()
    const { questions, ...own } = held
    const answer: Answer = (prompts, server) =>
      this.#options.questions.ask({ board: name, server, prompts: [...prompts] }, ended.signal)
    try {
      const { connect_ms: timeout_ms, keepalive_ms } = this.#options.patience
      const connection = await connectBoard(
        board.target,
        questions === true ? { ...own, answer } : own,
        { stored, accept, replace },
        { signal, timeout_ms, keepalive_ms, onHostKey: taken },
      )
      this.#options.boards.refuse(name, null)
      if (Object.keys(held).length > 0) this.#secrets.set(name, held)
      return connection
    } catch (thrown) {
      if (thrown instanceof HostKeyError && thrown.code !== 'host-key-unknown') this.#refuse(name, thrown)
      throw thrown
    } finally {
      ended.abort()
    }
  }

  /** What a board is now; kept with what it was. */
  async describe(name: string, connection: BoardConnection): Promise<BoardDescription> {
    const description = await describeBoard(connection)
    const seen = new Date().toISOString()
    this.#options.boards.saw(name, { seen, fingerprint: factsFingerprint(description), description })
    return description
  }

  add(name: string, target: BoardRow['target']): void {
    this.#options.boards.add({ id: ulid(), name, created: new Date().toISOString(), target, refused: null })
  }

  forget(name: string): void {
    this.#secrets.delete(name)
    this.#options.boards.remove(name)
  }

  entries(profiles: ReadonlyMap<string, number>): BoardEntry[] {
    const others = this.#options.boards.list().map((board) => this.entry(board.name, profiles, board))
    return [this.entry(localName, profiles), ...others]
  }

  entry(name: string, profiles: ReadonlyMap<string, number>, board: BoardRow | null = this.get(name)): BoardEntry {
    const [newest] = this.#options.boards.descriptions(name)
    const route = board === null ? [] : this.#keysOnTheWay(board)
    const own = route.find(({ jump }) => !jump)?.key ?? null
    return {
      ...{ id: board?.id ?? null, name, kind: board === null ? 'local' : 'ssh', target: board?.target ?? null },
      trust: trustOf(board, own),
      ...{ key: own, refused: board?.refused ?? null, jumps: route.filter(({ jump }) => jump) },
      description: newest?.description ?? null,
      fingerprint: newest?.fingerprint ?? null,
      seen: newest?.seen ?? null,
      created: board?.created ?? null,
      profiles: profiles.get(name) ?? 0,
    }
  }

  /** As soon as it is taken: what comes after it on the way may be refused, or want a secret that is not there. */
  #keep(name: string, { host, port, key, from }: SeenHostKey): void {
    const { boards } = this.#options
    if (from === 'stored') return
    boards.keep(name, [{ host, port, key, since: new Date().toISOString() }])
    if (boards.get(name)?.refused?.fingerprint === key.fingerprint) boards.refuse(name, null)
  }

  #refuse(name: string, { offered, server, code }: HostKeyError): void {
    const { algorithm, fingerprint } = offered
    const revoked = code === 'host-key-revoked'
    this.#options.boards.refuse(name, { algorithm, fingerprint, server, revoked, at: new Date().toISOString() })
  }

  /** The servers to a board with the keys that are remembered of them. */
  #keysOnTheWay({ name, target }: BoardRow): BoardEntry['jumps'] {
    const keys = this.#options.boards.keys(name)
    return serversTo(target).map((server) => {
      const found = keys.find(({ host, port }) => host === server.host && port === server.port)
      return { ...server, key: found === undefined ? null : { ...found.key, since: found.since } }
    })
  }
}

/** Where the SSH configuration cannot be read, the board by what is said of it. */
function serversTo(target: BoardRow['target']): BoardServer[] {
  try {
    return routeTo(target)
  } catch {
    return [{ name: target.host, host: target.host.toLowerCase(), port: target.port ?? 22, jump: false }]
  }
}

function joinSecrets(held: BoardSecrets = {}, given: BoardSecrets): BoardSecrets {
  const jumps = { ...held.jumps, ...given.jumps }
  return { ...held, ...given, ...(Object.keys(jumps).length === 0 ? {} : { jumps }) }
}

function trustOf(board: BoardRow | null, key: BoardEntry['key']): BoardEntry['trust'] {
  if (board === null) return 'trusted'
  if (board.refused !== null) return board.refused.revoked === true ? 'revoked' : 'changed'
  return key === null ? 'unconfirmed' : 'trusted'
}

/** Of the facts: what stays while a board stays the same. */
export function factsFingerprint({ facts }: BoardDescription): string {
  return `sha256:${createHash('sha256').update(canonicalJson(facts)).digest('hex')}`
}

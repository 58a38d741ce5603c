import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { ulid } from 'ulid'
import { canonicalJson } from '../../core/run/canonicalJson.ts'
import type { BoardDescription, HostKey } from '../../shared/contract/board.ts'
import type { BoardEntry, BoardSecrets } from '../../shared/contract/boardCalls.ts'
import { AppError } from '../../shared/errors.ts'
import { nearestName } from '../../core/dataset/nearestName.ts'
import { connectBoard, connectLocal, describeBoard, HostKeyError, type BoardConnection } from '../../remote/index.ts'
import type { BoardRepository, BoardRow, StoredHostKey } from '../../store/index.ts'

export const localName = 'local'

export interface BoardsOptions {
  cache: string
  boards: BoardRepository
}

export interface ConnectHow {
  secrets?: BoardSecrets | undefined
  signal?: AbortSignal | undefined
  /** fingerprints to take where nothing is known */
  accept?: readonly string[]
  /** fingerprints to take in the place of what is known */
  replace?: readonly string[]
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
      hint: near === undefined ? 'bitgauge board list shows what there is.' : `The nearest is ${near}.`,
    })
  }

  /** Connects, keeps the keys that were taken, and notes a key that was refused. Errors: those of `connectBoard`. */
  async connect(
    name: string,
    { secrets = {}, signal, accept = [], replace = [] }: ConnectHow = {},
  ): Promise<BoardConnection> {
    const board = this.get(name)
    if (board === null) return connectLocal({ cacheFolder: join(this.#options.cache, 'boards', localName) })
    const held = { ...this.#secrets.get(name), ...secrets }
    const stored = this.#options.boards.keys(name)
    const keys = { stored: stored.map(({ since: _, ...key }) => key), accept, replace }
    try {
      const connection = await connectBoard(board.target, held, keys, { signal })
      this.#keep(name, connection, stored)
      if (Object.keys(held).length > 0) this.#secrets.set(name, held)
      return connection
    } catch (thrown) {
      if (thrown instanceof HostKeyError && thrown.code !== 'host-key-unknown') this.#refuse(name, thrown.offered)
      throw thrown
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
    const keys = this.#options.boards.keys(name)
    // The board's own key is the last of those that were taken on the way to it.
    const own = keys.findLast((key) => key.host === board?.target.host) ?? keys.at(-1)
    return {
      ...{ id: board?.id ?? null, name, kind: board === null ? 'local' : 'ssh', target: board?.target ?? null },
      trust: trustOf(board, own),
      key: own === undefined ? null : { ...own.key, since: own.since },
      refused: board?.refused ?? null,
      description: newest?.description ?? null,
      fingerprint: newest?.fingerprint ?? null,
      seen: newest?.seen ?? null,
      created: board?.created ?? null,
      profiles: profiles.get(name) ?? 0,
    }
  }

  #keep(name: string, { hostKeys }: BoardConnection, before: readonly StoredHostKey[]): void {
    const now = new Date().toISOString()
    const keys = hostKeys.map(({ host, port, key }) => {
      const same = before.find(
        (one) => one.host === host && one.port === port && one.key.fingerprint === key.fingerprint,
      )
      return { host, port, key, since: same?.since ?? now }
    })
    this.#options.boards.keep(name, keys)
    this.#options.boards.refuse(name, null)
  }

  #refuse(name: string, { algorithm, fingerprint }: HostKey): void {
    this.#options.boards.refuse(name, { algorithm, fingerprint, at: new Date().toISOString() })
  }
}

function trustOf(board: BoardRow | null, key: StoredHostKey | undefined): BoardEntry['trust'] {
  if (board === null) return 'trusted'
  if (board.refused !== null) return 'changed'
  return key === undefined ? 'unconfirmed' : 'trusted'
}

/** Of the facts: what stays while a board stays the same. */
export function factsFingerprint({ facts }: BoardDescription): string {
  return `sha256:${createHash('sha256').update(canonicalJson(facts)).digest('hex')}`
}

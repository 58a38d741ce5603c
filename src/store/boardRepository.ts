import type { BoardDescription, BoardTarget, KnownHostKey } from '../shared/contract/board.ts'
import type { RefusedKey } from '../shared/contract/boardCalls.ts'

/** A board as it was added. No secret is part of it. */
export interface BoardRow {
  /** ULID */
  id: string
  name: string
  created: string
  target: BoardTarget
  /** the key that the last connection was refused for; null after one that was not */
  refused: RefusedKey | null
}

export type StoredHostKey = KnownHostKey & { since: string }

export interface SeenDescription {
  seen: string
  /** of the facts */
  fingerprint: string
  description: BoardDescription
}

export interface BoardRepository {
  /** By name; rows that cannot be read are left out. */
  list(): BoardRow[]
  get(name: string): BoardRow | undefined
  /** Errors: `conflict` where the name is taken. */
  add(board: BoardRow): void
  refuse(name: string, refused: BoardRow['refused']): void
  /** Forgets the board with its keys and descriptions; its profiles stay. True where there was one. */
  remove(name: string): boolean
  keys(name: string): StoredHostKey[]
  /** Replaces all keys of the servers that `keys` names. */
  keep(name: string, keys: readonly StoredHostKey[]): void
  /** Newest first; `local` has some too. */
  descriptions(name: string): SeenDescription[]
  /** Replaces the newest one where it has the same fingerprint; a row more where it has not. */
  saw(name: string, seen: SeenDescription): void
}

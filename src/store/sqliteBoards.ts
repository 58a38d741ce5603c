import { z } from 'zod'
import { boardDescriptionSchema, boardTargetSchema, knownHostKeySchema } from '../shared/contract/board.ts'
import { boardNameSchema, refusedKeySchema } from '../shared/contract/boardCalls.ts'
import { AppError } from '../shared/errors.ts'
import { fingerprintSchema, idSchema, momentSchema } from '../shared/units.ts'
import type { BoardRepository, BoardRow, SeenDescription, StoredHostKey } from './boardRepository.ts'
import type { Connection } from './connection.ts'
import { parseInput } from './parseInput.ts'
import { decode, toJson } from './storeJson.ts'

const boardSchema = z.strictObject({
  id: idSchema,
  name: boardNameSchema,
  created: momentSchema,
  target: boardTargetSchema,
  refused: refusedKeySchema.nullable(),
})
const keySchema = knownHostKeySchema.extend({ since: momentSchema })
const seenSchema = z.strictObject({
  seen: momentSchema,
  fingerprint: fingerprintSchema,
  description: boardDescriptionSchema,
})

interface BoardColumns {
  id: string
  name: string
  created: string
  target: string
  refused: string | null
}
interface KeyColumns {
  host: string
  port: number
  algorithm: string
  fingerprint: string
  since: string
}

export class SqliteBoards implements BoardRepository {
  private readonly connection: Connection
  private readonly onProblem: (problem: string) => void

  constructor(connection: Connection, onProblem: (problem: string) => void) {
    this.connection = connection
    this.onProblem = onProblem
  }

  list(): BoardRow[] {
    return this.rows<BoardColumns>('SELECT * FROM boards ORDER BY name').flatMap((row) => this.boardOf(row))
  }

  get(name: string): BoardRow | undefined {
    return this.rows<BoardColumns>('SELECT * FROM boards WHERE name = ?', name).flatMap((row) => this.boardOf(row))[0]
  }

  add(board: BoardRow): void {
    const { id, name, created, target, refused } = parseInput(boardSchema, 'The board', board)
    const row = { id, name, created, target: toJson(target, 'The target'), refused: refusedText(refused) }
    this.connection.write(() => {
      if (this.connection.statement('SELECT 1 FROM boards WHERE name = ?').get(name) !== undefined) {
        throw new AppError('conflict', `There is a board ${name} already.`, {
          hint: 'Choose another name, or remove it first.',
        })
      }
      this.connection
        .statement(
          'INSERT INTO boards (name, id, created, target, refused) VALUES (:name, :id, :created, :target, :refused)',
        )
        .run(row)
    })
  }

  refuse(name: string, refused: BoardRow['refused']): void {
    this.connection.write(() =>
      this.connection.statement('UPDATE boards SET refused = ? WHERE name = ?').run(refusedText(refused), name),
    )
  }

  remove(name: string): boolean {
    return this.connection.write(() => {
      this.connection.statement('DELETE FROM board_descriptions WHERE board = ?').run(name)
      return this.connection.statement('DELETE FROM boards WHERE name = ?').run(name).changes > 0
    })
  }

  keys(name: string): StoredHostKey[] {
    const sql = 'SELECT host, port, algorithm, fingerprint, since FROM board_keys WHERE board = ? ORDER BY since, host'
    return this.rows<KeyColumns>(sql, name).flatMap(({ host, port, since, ...key }) =>
      this.readable(decode(keySchema, `A key of the board ${name}`, () => ({ host, port, since, key }))),
    )
  }

  keep(name: string, keys: readonly StoredHostKey[]): void {
    const parsed = keys.map((key) => parseInput(keySchema, 'The key', key))
    this.connection.write(() => {
      for (const { host, port } of parsed) {
        this.connection
          .statement('DELETE FROM board_keys WHERE board = ? AND host = ? AND port = ?')
          .run(name, host, port)
      }
      for (const { host, port, since, key } of parsed) {
        this.connection
          .statement(
            'INSERT INTO board_keys (board, host, port, algorithm, fingerprint, since) VALUES (?, ?, ?, ?, ?, ?)',
          )
          .run(name, host, port, key.algorithm, key.fingerprint, since)
      }
    })
  }

  descriptions(name: string): SeenDescription[] {
    const sql = 'SELECT seen, fingerprint, description FROM board_descriptions WHERE board = ? ORDER BY seen DESC'
    return this.rows<{ seen: string; fingerprint: string; description: string }>(sql, name).flatMap((row) =>
      this.readable(
        decode(seenSchema, `A description of the board ${name}`, () => ({
          ...row,
          description: JSON.parse(row.description) as unknown,
        })),
      ),
    )
  }

  saw(name: string, seen: SeenDescription): void {
    const row = parseInput(seenSchema, 'The description', seen)
    this.connection.write(() => {
      const [newest] = this.connection
        .statement<{ seen: string; fingerprint: string }>(
          'SELECT seen, fingerprint FROM board_descriptions WHERE board = ? ORDER BY seen DESC LIMIT 1',
        )
        .all(name)
      if (newest?.fingerprint === row.fingerprint || newest?.seen === row.seen) {
        this.connection.statement('DELETE FROM board_descriptions WHERE board = ? AND seen = ?').run(name, newest.seen)
      }
      this.connection
        .statement('INSERT INTO board_descriptions (board, seen, fingerprint, description) VALUES (?, ?, ?, ?)')
        .run(name, row.seen, row.fingerprint, toJson(row.description, 'The description'))
    })
  }

  private rows<Row>(sql: string, ...values: unknown[]): Row[] {
    return this.connection.read(() => this.connection.statement<Row>(sql).all(...values))
  }

  private boardOf({ refused, target, ...row }: BoardColumns): BoardRow[] {
    return this.readable(
      decode(boardSchema, `The board ${row.name}`, () => ({
        ...row,
        target: JSON.parse(target) as unknown,
        refused: refused === null ? null : (JSON.parse(refused) as unknown),
      })),
    )
  }

  private readable<T>(decoded: { ok: true; value: T } | { ok: false; problem: string }): T[] {
    if (decoded.ok) return [decoded.value]
    this.onProblem(decoded.problem)
    return []
  }
}

function refusedText(refused: BoardRow['refused']): string | null {
  return refused === null ? null : toJson(refused, 'The refused key')
}

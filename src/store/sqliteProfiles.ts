import { profileEntryOf } from '../core/profile/profileEntry.ts'
import {
  profileEntrySchema,
  profileResultSchema,
  type ProfileEntry,
  type ProfileResult,
} from '../shared/contract/profile.ts'
import { AppError } from '../shared/errors.ts'
import { notFound, type Connection } from './connection.ts'
import { parseInput } from './parseInput.ts'
import type { ListProfiles, ProfileArrays, ProfileRepository } from './profileRepository.ts'
import { readArray, writeArray, type ArrayRow } from './runArrays.ts'
import { decode, decodedOrThrow, toJson } from './storeJson.ts'

const arrayColumns =
  'profile AS run_id, name, encoding, dtype, shape, bytes, length(data) AS stored_bytes, sha256, data'

export class SqliteProfiles implements ProfileRepository {
  private readonly connection: Connection
  private readonly onProblem: (problem: string) => void

  constructor(connection: Connection, onProblem: (problem: string) => void) {
    this.connection = connection
    this.onProblem = onProblem
  }

  put(given: ProfileResult, { samples, windows }: ProfileArrays): void {
    const result = parseInput(profileResultSchema, 'The profile', given)
    const { id, session, created } = result
    const row = {
      ...{ id, session, created, board: result.board.name, model: result.model.fingerprint },
      entry: toJson(profileEntryOf(result), 'The profile'),
      result: toJson(result, 'The profile'),
    }
    const arrays = [
      writeArray(id, { name: 'samples', shape: [samples.length], data: samples }),
      writeArray(id, { name: 'windows', shape: [windows.length], data: windows }),
    ]
    this.connection.write(() => {
      this.connection
        .statement(
          `INSERT INTO profiles (id, session, created, board, model, entry, result)
           VALUES (:id, :session, :created, :board, :model, :entry, :result)`,
        )
        .run(row)
      for (const array of arrays) this.putArray(array)
    })
  }

  list({ board, model, session, limit }: ListProfiles): ProfileEntry[] {
    const wanted = Object.entries({ board, model, session }).filter(([, value]) => value !== undefined)
    const where = wanted.length === 0 ? '' : `WHERE ${wanted.map(([name]) => `${name} = ?`).join(' AND ')}`
    const rows = this.connection.read(() =>
      this.connection
        .statement<{ id: string; entry: string }>(`SELECT id, entry FROM profiles ${where} ORDER BY id DESC LIMIT ?`)
        .all(...wanted.map(([, value]) => value), limit),
    )
    return rows.flatMap(({ id, entry }) => {
      const read = decode(profileEntrySchema, `The profile ${id}`, () => JSON.parse(entry) as unknown)
      if (read.ok) return [read.value]
      this.onProblem(read.problem)
      return []
    })
  }

  get(id: string): ProfileResult | undefined {
    const row = this.connection.read(() =>
      this.connection.statement<{ result: string }>('SELECT result FROM profiles WHERE id = ?').get(id),
    )
    if (row === undefined) return undefined
    return decodedOrThrow(decode(profileResultSchema, `The profile ${id}`, () => JSON.parse(row.result) as unknown))
  }

  arrays(id: string): ProfileArrays {
    const samples = this.array(id, 'samples')
    const windows = this.array(id, 'windows')
    const known = samples instanceof Uint32Array || samples instanceof Float64Array
    if (known && windows instanceof Uint16Array && windows.length === samples.length) return { samples, windows }
    throw new AppError('store-damaged', `The samples of the profile ${id} do not have their form.`)
  }

  counts(): Map<string, number> {
    const rows = this.connection.read(() =>
      this.connection
        .statement<{ board: string; count: number }>('SELECT board, count(*) AS count FROM profiles GROUP BY board')
        .all(),
    )
    return new Map(rows.map(({ board, count }) => [board, count]))
  }

  remove(id: string): boolean {
    return this.connection.write(
      () => this.connection.statement('DELETE FROM profiles WHERE id = ?').run(id).changes > 0,
    )
  }

  private array(id: string, name: string): unknown {
    const row = this.connection.read(() =>
      this.connection
        .statement<ArrayRow>(`SELECT ${arrayColumns} FROM profile_arrays WHERE profile = ? AND name = ?`)
        .get(id, name),
    )
    if (row === undefined) throw notFound('profile', id)
    return decodedOrThrow(readArray(row)).data
  }

  private putArray({ run_id, name, encoding, dtype, shape, bytes, sha256, data }: ArrayRow): void {
    this.connection
      .statement(
        `INSERT INTO profile_arrays (profile, name, encoding, dtype, shape, bytes, sha256, data)
         VALUES (:run_id, :name, :encoding, :dtype, :shape, :bytes, :sha256, :data)`,
      )
      .run({ run_id, name, encoding, dtype, shape, bytes, sha256, data })
  }
}

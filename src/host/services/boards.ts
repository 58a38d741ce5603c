import { ulid } from 'ulid'
import { boardWarnings, factDifferences } from '../../core/profile/profileWarnings.ts'
import type {
  BoardAdded,
  BoardAddInput,
  BoardChecked,
  BoardDiscovered,
  BoardList,
  BoardRemoved,
  BoardSecrets,
  BoardShown,
  BoardTrusted,
  BoardTrustInput,
} from '../../shared/contract/boardCalls.ts'
import type { OfferedKey } from '../../shared/contract/board.ts'
import { AppError } from '../../shared/errors.ts'
import type { Warning } from '../../shared/units.ts'
import { discoverBoards, HostKeyError, type BoardConnection, type SeenHostKey } from '../../remote/index.ts'
import type { BoardRepository, ProfileRepository } from '../../store/index.ts'
import type { BoardQuestions } from '../boards/boardQuestions.ts'
import { lockBoard } from '../boards/boardLock.ts'
import { localName, type Boards, type ConnectHow } from '../boards/boards.ts'
import { measuredCore } from '../boards/measure/surroundings.ts'
import { programState } from '../boards/program/boardProgram.ts'

export interface BoardServiceOptions {
  boards: Boards
  rows: BoardRepository
  profiles: ProfileRepository
  questions: BoardQuestions
}

/** The boards of a home, for the contract. */
export class BoardService {
  readonly #options: BoardServiceOptions

  constructor(options: BoardServiceOptions) {
    this.#options = options
  }

  list(): BoardList {
    return { boards: this.#options.boards.entries(this.#options.profiles.counts()) }
  }

  show(name: string): BoardShown {
    const board = this.#entry(name)
    const seen = this.#options.rows.descriptions(name)
    const history = seen.map(({ seen: at, description }, k) => ({
      ...{ seen: at, description },
      differences: factDifferences(seen[k + 1]?.description.facts, description.facts),
    }))
    return { board, history }
  }

  async add({ name, target, secrets, hostKey }: BoardAddInput): Promise<BoardAdded> {
    if (name === localName)
      throw new AppError('conflict', 'The name local is that of this machine.', { hint: 'Choose another name.' })
    const { boards } = this.#options
    boards.add(name, target)
    try {
      const accept = hostKey === undefined ? [] : [hostKey]
      await this.#with(name, { secrets, accept }, (connection) => boards.describe(name, connection))
      return { state: 'added', board: this.#entry(name) }
    } catch (thrown) {
      const offered = offeredKey(thrown)
      if (offered !== null) return { state: 'unconfirmed', board: this.#entry(name), offered }
      boards.forget(name)
      throw thrown
    }
  }

  async check({ board: name, secrets }: { board: string; secrets: BoardSecrets }): Promise<BoardChecked> {
    const { boards, rows } = this.#options
    const before = rows.descriptions(name)[0]
    return this.#with(name, { secrets }, async (connection) => {
      const description = await boards.describe(name, connection)
      const program = await programState(connection, description.facts)
      const warnings: Warning[] = [
        ...connection.warnings,
        ...boardWarnings(description, name, measuredCore(description.facts)),
        ...(program === 'none' ? [noProgram(name)] : []),
      ]
      return {
        board: this.#entry(name),
        roundTrip_ms: await connection.roundTrip_ms(),
        differences: factDifferences(before?.description.facts, description.facts),
        cache_bytes: await cacheBytes(connection),
        ...{ program, warnings },
      }
    })
  }

  async trust({ board: name, hostKey, secrets }: BoardTrustInput): Promise<BoardTrusted> {
    const { boards } = this.#options
    if (boards.get(name) === null) throw new AppError('conflict', 'This machine has no host key to trust.')
    const keys = hostKey === undefined ? {} : { accept: [hostKey], replace: [hostKey] }
    let last: SeenHostKey | undefined
    try {
      const how = { ...keys, secrets, onHostKey: (seen: SeenHostKey) => (last = seen) }
      await this.#with(name, how, (connection) => boards.describe(name, connection))
      return { state: 'trusted', board: this.#entry(name) }
    } catch (thrown) {
      const isTaken = hostKey !== undefined && last?.key.fingerprint === hostKey
      const offered = isTaken || hostKey === undefined ? offeredKey(thrown) : null
      const board = this.#entry(name)
      if (offered !== null) return { state: 'offered', board, offered }
      // The key is settled before anybody logs in: where only that is refused, it was taken.
      if (isTaken && board.key?.fingerprint === hostKey) return { state: 'trusted', board }
      throw thrown
    }
  }

  async remove({
    board: name,
    secrets,
    unreachable,
  }: {
    board: string
    secrets: BoardSecrets
    unreachable: boolean
  }): Promise<BoardRemoved> {
    const { boards, profiles } = this.#options
    boards.get(name)
    let cleared = false
    try {
      await this.#with(name, { secrets }, async (connection) => {
        const unlock = await lockBoard(connection, { name: 'board remove', session: ulid() })
        await unlock()
        await connection.removeTree(connection.cacheFolder)
      })
      cleared = true
    } catch (thrown) {
      if (!unreachable || (thrown instanceof AppError && thrown.code === 'board-busy')) throw thrown
    }
    boards.forget(name)
    return { name, cleared, profiles: profiles.counts().get(name) ?? 0 }
  }

  answer({ question, answers }: { question: string; answers: readonly string[] | null }): { question: string } {
    this.#options.questions.answer(question, answers)
    return { question }
  }

  async discover(wait_s: number): Promise<BoardDiscovered> {
    const found = await discoverBoards({ wait_ms: wait_s * 1000 })
    const own = this.#options.rows.list()
    const known = (host: string, port: number) =>
      own.find(({ target }) => target.host.toLowerCase() === host && (target.port ?? 22) === port)?.name ?? null
    return { boards: found.map((board) => ({ ...board, known: known(board.host, board.port) })) }
  }

  #entry(name: string) {
    return this.#options.boards.entry(name, this.#options.profiles.counts())
  }

  async #with<T>(name: string, how: ConnectHow, work: (connection: BoardConnection) => Promise<T>): Promise<T> {
    const connection = await this.#options.boards.connect(name, how)
    try {
      return await work(connection)
    } finally {
      await connection.close()
    }
  }
}

function offeredKey(thrown: unknown): OfferedKey | null {
  if (!(thrown instanceof HostKeyError) || thrown.code === 'host-key-revoked') return null
  const { algorithm, fingerprint } = thrown.offered
  return { algorithm, fingerprint, server: thrown.server }
}

function noProgram(subject: string): Warning {
  const message = 'The board has no compiler, and no program for it is here: npm run runtime:cross makes one.'
  return { code: 'no-program', message, subject }
}

async function cacheBytes(connection: BoardConnection): Promise<number> {
  const { stdout } = await connection.run(['du', '-sk', connection.cacheFolder], {
    maxBytes: 65_536,
    timeout_ms: 60_000,
  })
  const kilobytes = Number.parseInt(stdout, 10)
  return Number.isFinite(kilobytes) ? kilobytes * 1024 : 0
}

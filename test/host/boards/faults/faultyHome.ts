import { forkLauncher } from '../../../../src/host/compute/forkLauncher.ts'
import type { BoardPatience } from '../../../../src/host/boards/patience.ts'
import { openHost, type Host } from '../../../../src/host/index.ts'
import { endStates, type Job } from '../../../../src/shared/contract/jobs.ts'
import {
  profiledSchema,
  profileStartInputSchema,
  type ProfileStartInput,
} from '../../../../src/shared/contract/profile.ts'
import { describeError } from '../../../../src/shared/errors.ts'
import type { Warning } from '../../../../src/shared/units.ts'
import { run } from '../../../cli/program.ts'
import { readyRuntime } from '../../../compute/readyRuntime.ts'
import { cache, memoryLog } from '../../harness.ts'
import type { FaultyBoard } from './faultyBoard.ts'

export const model = 'reads-8'

/** A home with one small quantized model. */
export async function makeHome(home: string): Promise<void> {
  await readyRuntime()
  const sizes = ['--embedding', '8', '--hidden', '8', '--epochs', '1']
  const steps = [
    ['dataset', 'generate', 'maintenance-log', '--size', '900', '--name', 'notes'],
    ['train', '--dataset', 'notes', '--family', 'discriminative', ...sizes, '--name', 'reads'],
    ['quantize', 'reads', '--bits', '8', '--name', model],
  ]
  for (const step of steps) {
    const { code, stderr } = await run([...step, '--home', home])
    if (code !== 0) throw new Error(`bitgauge ${step.join(' ')} ended with ${code}: ${stderr}`)
  }
}

export interface EndedProfile {
  state: Job['state']
  /** of the error */
  code: string | null
  message: string | null
  warnings: string[]
  /** ids of what is in the store because of it */
  stored: string[]
}

export interface StartedProfile {
  job: string
  ended: Promise<EndedProfile>
}

/** A host on a home, which waits for boards as long as tests can. */
export class FaultyHome {
  readonly path: string
  readonly host: Host

  private constructor(path: string, host: Host) {
    this.path = path
    this.host = host
  }

  static async open(path: string, patience: Partial<BoardPatience> = {}): Promise<FaultyHome> {
    const { log } = memoryLog()
    const boardPatience = { pauses_ms: [100, 500, 2000, 5000], ...patience }
    return new FaultyHome(
      path,
      await openHost({ home: path, cache, launcher: forkLauncher({ log }), log, boardPatience }),
    )
  }

  /** By the way through its faulty line. */
  async add({ name, server, line }: FaultyBoard): Promise<void> {
    const target = { ...server.target, host: '127.0.0.1', port: line.port }
    await this.host.client.board.add({ name, target, hostKey: server.hostKey.fingerprint })
  }

  async profile(board: string, given: Partial<ProfileStartInput> = {}): Promise<StartedProfile> {
    const { client } = this.host
    const few = { quick: true, batch: 1, timedTexts: 4, texts: 0, shares: false }
    const input = profileStartInputSchema.parse({ boards: [board], models: [model], ...few, ...given })
    const { job } = await client.profile.start(input)
    return { job: job.id, ended: this.#ended(job.id) }
  }

  async stored(): Promise<string[]> {
    const { profiles } = await this.host.client.profile.list({})
    return profiles.map(({ id }) => id)
  }

  /** Takes away what lies on the board, and the board out of the home and in again. */
  async clear(board: FaultyBoard): Promise<void> {
    await this.host.client.board.remove({ board: board.name })
    await this.add(board)
  }

  /** Takes the board's key in the place of the one before. */
  async trust({ name, server }: FaultyBoard): Promise<void> {
    await this.host.client.board.trust({ board: name, hostKey: server.hostKey.fingerprint })
  }

  close(): Promise<void> {
    return this.host.close()
  }

  async #ended(id: string): Promise<EndedProfile> {
    const before = await this.stored()
    let job = await this.host.client.jobs.get({ id })
    while (!endStates.includes(job.state)) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      job = await this.host.client.jobs.get({ id })
    }
    const { state, error, warnings } = job
    const told = state === 'done' ? profiledSchema.parse(job.result).profiles.map((profile) => profile.id) : []
    const stored = (await this.stored()).filter((one) => !before.includes(one))
    if (told.join() !== stored.join()) throw new Error(`told ${told.join()}, stored ${stored.join()}`)
    return {
      state,
      code: error?.code ?? null,
      message: error === null ? null : describeError(error),
      warnings: codesOf(warnings),
      stored,
    }
  }
}

function codesOf(warnings: readonly Warning[]): string[] {
  return [...new Set(warnings.map(({ code }) => code))]
}

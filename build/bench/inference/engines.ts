import { join } from 'node:path'
import { compileProgram } from '../../runtime/compile.ts'
import { root } from '../../tasks/run.ts'
import { startAsked, type AskedProcess } from '../askedProcess.ts'
import type { Contender } from '../interleave.ts'
import type { Peer } from '../peers.ts'
import { median } from '../record.ts'
import type { Workbench } from './workbench.ts'

/** A model that is open in a process of its own or of its library, one thread. */
export interface Engine {
  contender: string
  version: string
  recipe: string
  kernel: string
  /** milliseconds of the processor of each of so many evaluations of so many texts at once */
  time: (batch: number, count: number) => Promise<number[]>
  /** the class of each text of the evaluation */
  predict: () => Promise<number[]>
}

/** Our runtime as it is timed, compiled once. */
export function benchProgram(): Promise<string> {
  return compileProgram(['test/runtime/programs/bench.c'], { link: ['-lpthread'] })
}

/** Processes that are ended together. */
export class Engines {
  readonly #started: AskedProcess[] = []
  readonly #bench: Pick<Workbench, 'timed' | 'evaluation'>

  constructor(bench: Pick<Workbench, 'timed' | 'evaluation'>) {
    this.#bench = bench
  }

  /**
   * Our runtime, its test program `bench.c`.
   *
   * @param core that it keeps to, by `taskset`; left out: any
   */
  async ours(
    of: Pick<Engine, 'contender' | 'recipe'>,
    file: string,
    options: readonly string[] = [],
    core?: number,
  ): Promise<Engine> {
    const program = [await benchProgram(), file, ...this.#files(), ...options]
    const [first = '', ...args] = core === undefined ? program : ['taskset', '-c', String(core), ...program]
    const asked = await this.#start(first, args)
    const { version, kernel } = asked.first as { version: string; kernel: string }
    return {
      ...of,
      version,
      kernel,
      time: (batch, count) => asked.ask('time', batch, count) as Promise<number[]>,
      predict: () => asked.ask('predict') as Promise<number[]>,
    }
  }

  /** A peer's program, which opens any number of models; null where the peer is not here. */
  async peer(peer: Peer, script: string, args: readonly string[]): Promise<PeerProgram | null> {
    if (peer.python === null) return null
    const path = join(root, 'build', 'bench', 'peers', script)
    const asked = await this.#start(peer.python, [path, ...args, ...this.#files()])
    return new PeerProgram(asked)
  }

  end(): void {
    for (const asked of this.#started) asked.end()
  }

  #files(): string[] {
    return [this.#bench.timed.file, this.#bench.evaluation.file]
  }

  async #start(program: string, args: readonly string[]): Promise<AskedProcess> {
    const asked = await startAsked(program, args)
    this.#started.push(asked)
    return asked
  }
}

export class PeerProgram {
  readonly #asked: AskedProcess
  #opened = 0

  constructor(asked: AskedProcess) {
    this.#asked = asked
  }

  /** @param as the recipe by the program's name of it */
  async open(of: Pick<Engine, 'contender' | 'recipe'>, as: string, file: string): Promise<Engine> {
    const handle = String(this.#opened)
    this.#opened += 1
    await this.#asked.ask('open', handle, as, file)
    return {
      ...of,
      version: String(this.#asked.first['version']),
      kernel: '',
      time: (batch, count) => this.#asked.ask('time', handle, batch, count) as Promise<number[]>,
      predict: () => this.#asked.ask('predict', handle) as Promise<number[]>,
    }
  }
}

/** How long a block of evaluations takes about. */
const block_ms = 25
const mostInBlock = 2000

/**
 * An engine's turns: a sample is the median of a block of evaluations.
 *
 * @param sampleOf of the median milliseconds of one evaluation
 * @param evaluations in a block; left out: as many as take about 25 ms. Where texts differ in length, a block is to have each of them: they are taken from the first on.
 */
export function turns(
  engine: Engine,
  batch: number,
  sampleOf: (milliseconds: number) => number,
  evaluations?: number,
): Contender {
  let count = evaluations ?? null
  const { contender, version, recipe, kernel } = engine
  const block = async (): Promise<number> => {
    if (count === null) {
      const first = median(await engine.time(batch, 3))
      count = Math.min(mostInBlock, Math.max(1, Math.round(block_ms / first)))
    }
    return sampleOf(median(await engine.time(batch, count)))
  }
  return { contender, version, recipe, kernel, block }
}

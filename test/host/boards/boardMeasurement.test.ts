import { createHash } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { predictionsOf } from '../../../src/core/evaluation/predictions.ts'
import { scoredText } from '../../../src/core/profile/resultChecksum.ts'
import { evaluateText, prepareModel } from '../../../src/core/quantization/evaluateText.ts'
import type { QuantizedModel } from '../../../src/core/quantization/quantizedModel.ts'
import { lockBoard } from '../../../src/host/boards/boardLock.ts'
import { LiveTracker } from '../../../src/host/boards/liveTracker.ts'
import { BoardMeasurement, type MeasureOptions } from '../../../src/host/boards/measure/boardMeasurement.ts'
import type { BoardSession } from '../../../src/host/boards/measure/steadySession.ts'
import type { Variant } from '../../../src/host/boards/measure/variant.ts'
import { prepareProgram } from '../../../src/host/boards/program/boardProgram.ts'
import { defaultPaths } from '../../../src/host/paths.ts'
import { connectBoard, connectLocal, describeBoard, type BoardConnection } from '../../../src/remote/index.ts'
import type { Progress } from '../../../src/shared/contract/jobs.ts'
import { profileSettingsSchema } from '../../../src/shared/contract/profile.ts'
import { AppError } from '../../../src/shared/errors.ts'
import type { Warning } from '../../../src/shared/units.ts'
import { randomModel, randomTokens } from '../../core/quantization/randomModel.ts'
import { processesWith } from '../../remote/processes.ts'
import { skipWithoutSshServer, startSshServer, type SshServer } from '../../remote/sshServer.ts'
import { tokenFile } from '../../runtime/boardProgram.ts'
import { modelFile } from '../../runtime/modelFiles.ts'

// Kept between runs, so that the program is built once.
const cacheFolder = join(defaultPaths().cache, 'test-boards', 'local')
const settings = profileSettingsSchema.parse({ quick: true, batch: 4, timedTexts: 20 })
const classifier = randomModel(3, { family: 'discriminative', widths: [4], size: 16 })
const generative = randomModel(5, { family: 'generative', head: 'shared', widths: [8], size: 16 })

let session: BoardSession
beforeAll(async () => {
  const connection = await connectLocal({ cacheFolder })
  session = { connection, description: await describeBoard(connection) }
  await prepareProgram(connection, session.description.facts)
}, 240_000)
afterAll(() => session.connection.close())

function variantOf(model: QuantizedModel, index: number, of: number): Variant {
  const texts = Array.from({ length: 30 }, (_, k) => randomTokens(k, model, 3 + (k % 9)))
  const bytes = modelFile(model)
  const labels = texts.map((_, k) => k % model.spec.classes)
  const tokens = tokenFile(model, texts, { labels })
  const prepared = prepareModel(model)
  const scored = texts.map((text) => scoredText(evaluateText(prepared, text)))
  const { predicted, logPosteriors } = predictionsOf(
    scored.flatMap(({ scores }) => Array.from(scores)),
    model.spec.classes,
  )
  const widths = { weights: 8, input: 8, hidden: 8, gates: 8, sigmoid: 8, tanh: 8, cell: 8, head: 8 } as const
  return {
    ...{ sha256: sha256(bytes), bytes, model, tokens: { bytes: tokens, sha256: sha256(tokens), texts: texts.length } },
    live: { name: model.spec.family, family: model.spec.family, bits: { ...widths, label: 'W8 A8 C8' }, index, of },
    stored: {
      run: '01JD00000000000000000000R0',
      kernels: 'scalar',
      predicted,
      logPosteriors: Float32Array.from(logPosteriors),
    },
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

interface Asked extends Partial<MeasureOptions> {
  warnings?: Warning[]
  told?: Progress[]
}

function measuring(of: BoardSession, variants: readonly Variant[], { warnings = [], told = [], ...asked }: Asked = {}) {
  return new BoardMeasurement(of, variants, {
    ...{
      settings,
      live: new LiveTracker('local', 3, 12, (one) => told.push(one)),
      signal: new AbortController().signal,
      silence_ms: 600_000,
    },
    reconnect: () => Promise.resolve(of),
    describe: describeBoard,
    onWarning: (warning) => warnings.push(warning),
    host: null,
    ...asked,
  })
}

/** A session whose timed runs are done by `fault` so many times. */
function faulty(fault: () => Promise<never>, times: number): BoardSession {
  let left = times
  const connection: BoardConnection = {
    ...session.connection,
    run: (argv, options) => (argv.includes('--time') && left-- > 0 ? fault() : session.connection.run(argv, options)),
  }
  return { ...session, connection }
}

const failing = (code: 'connection-lost' | 'timed-out') => () => Promise.reject(new AppError(code, 'The line was cut.'))

describe('a measurement on this machine', () => {
  it('gives windows, throughput, memory, sizes and the results of the reference, and tells how far it is', async () => {
    const told: Progress[] = []
    const variants = [variantOf(classifier, 0, 2), variantOf(generative, 1, 2)]
    const measured = await measuring(session, variants, { told }).run()
    expect(measured).toHaveLength(2)
    for (const [k, one] of measured.entries()) {
      expect(one.latency.windows).toHaveLength(3)
      expect(one.latency.windows.reduce((sum, { samples }) => sum + samples, 0)).toBe(one.latency.samples)
      expect(one.samples.samples).toHaveLength(one.latency.samples)
      expect(one.throughput).toMatchObject({ batch: 4 })
      expect(one.equality).toMatchObject({
        class: k === 0 ? 'integer-exact' : 'float-exact',
        texts: 30,
        differ: 0,
        broken: 0,
      })
      expect(one.accuracy!.n).toBe(30)
      expect(one.memory.net_bytes).toBeGreaterThan(0)
      expect(one.sizes).toMatchObject({ model_bytes: variants[k]!.bytes.length })
      expect(one.shares!.parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9)
    }
    const orders = measured.flatMap(({ latency }) => latency.windows.map(({ order }) => order))
    expect(orders.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5])
    expect(told.at(-1)!.profile!.samples).toBeGreaterThan(0)
    const last = told.findLast(({ profile }) => profile!.histogram !== null && profile!.window === 2)!.profile!
    const final = measured[last.variant!.index]!.latency.windows
    expect(last.medians_us.slice(0, 2)).toEqual(final.slice(0, 2).map(({ median_us }) => expect.closeTo(median_us, 6)))
    expect(last.marks).toHaveLength(2)
  }, 120_000)

  it('finds a text whose result is not the host’s, and says so', async () => {
    const variant = variantOf(classifier, 0, 1)
    const logPosteriors = Float32Array.from(variant.stored!.logPosteriors)
    logPosteriors[7 * classifier.spec.classes]! += 1e-6
    const wrong = { ...variant, stored: { ...variant.stored!, logPosteriors } }
    const [one] = await measuring(session, [wrong], { settings: { ...settings, batch: 1, shares: false } }).run()
    expect(one!.equality).toMatchObject({ differ: 1, broken: 1, otherClass: 0, first: { text: 7 } })
  }, 60_000)

  it.each([
    ['a line that was cut', failing('connection-lost')],
    ['a program that hung', failing('timed-out')],
  ])(
    'is measured again after %s, and warns',
    async (_, fault) => {
      const warnings: Warning[] = []
      const of = faulty(fault, 2)
      const [one] = await measuring(of, [variantOf(classifier, 0, 1)], {
        warnings,
        settings: { ...settings, batch: 1, texts: 0, shares: false },
      }).run()
      expect(one!.latency.windows).toHaveLength(3)
      expect(warnings.map(({ code }) => code)).toEqual(['tried-again', 'tried-again'])
    },
    60_000,
  )

  it('ends with one error where rubbish comes again and again', async () => {
    const rubbish = () =>
      session.connection.run(['echo', '{"type":"hello"'], { maxBytes: 1000, timeout_ms: 5000 }) as Promise<never>
    const of = faulty(rubbish, 100)
    await expect(
      measuring(of, [variantOf(classifier, 0, 1)], { settings: { ...settings, texts: 0 } }).run(),
    ).rejects.toMatchObject({ code: 'board-failed' })
  }, 60_000)

  it('begins again where the board was started anew meanwhile', async () => {
    const warnings: Warning[] = []
    const state = { ...session.description.state, boot: 'another one' }
    const anew = { ...session, description: { ...session.description, state } }
    const of = faulty(failing('connection-lost'), 1)
    const asked = {
      warnings,
      reconnect: () => Promise.resolve(anew),
      settings: { ...settings, batch: 1, texts: 0, shares: false },
    }
    const [one] = await measuring(of, [variantOf(classifier, 0, 1)], asked).run()
    expect(one!.latency.windows).toHaveLength(3)
    expect(warnings.map(({ code }) => code)).toContain('board-restarted')
  }, 60_000)

  it('stops when it is cancelled, and leaves no process', async () => {
    const stop = new AbortController()
    const told = (one: Progress): void => {
      if (one.profile?.phase === 'measuring') stop.abort()
    }
    const live = new LiveTracker('local', 3, 12, told)
    const run = measuring(session, [variantOf(classifier, 0, 1)], {
      live,
      signal: stop.signal,
      settings: { ...settings, texts: 0 },
    }).run()
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
    await expect.poll(() => processesWith(`${cacheFolder}/programs`)).toEqual([])
  }, 60_000)

  it('builds its program once, and again where its bytes have changed', async () => {
    const { connection, description } = session
    const first = await prepareProgram(connection, description.facts)
    const built = statSync(first.path).mtimeMs
    expect((await prepareProgram(connection, description.facts)).sha256).toBe(first.sha256)
    expect(statSync(first.path).mtimeMs).toBe(built)
    expect(readdirSync(join(cacheFolder, 'programs'))).not.toEqual([])
  }, 60_000)
})

describe('the lock of a board', () => {
  const owner = (name: string) => ({ name, session: name })

  it('lets one session in, and is given back', async () => {
    const unlock = await lockBoard(session.connection, owner('the first'))
    await expect(lockBoard(session.connection, owner('the second'))).rejects.toMatchObject({
      code: 'board-busy',
      found: 'the first',
    })
    await unlock()
    await (
      await lockBoard(session.connection, owner('the third'))
    )()
    expect(existsSync(join(cacheFolder, 'lock'))).toBe(false)
  })

  it('is taken over from a session whose connection has gone', async () => {
    const other = await connectLocal({ cacheFolder })
    await lockBoard(other, owner('gone'))
    await other.close()
    const next = () => lockBoard(session.connection, owner('next')).catch(() => null)
    let unlock = await next()
    await expect.poll(async () => (unlock ??= await next())).not.toBeNull()
    await unlock!()
  })
})

describe.skipIf(skipWithoutSshServer())('a measurement over SSH', () => {
  let server: SshServer
  beforeAll(async () => {
    server = await startSshServer()
  })
  afterAll(() => server.stop())

  const connect = async (): Promise<BoardSession> => {
    const connection = await connectBoard(server.target, {}, { stored: [server.known], files: [] }, { agent: null })
    return { connection, description: await describeBoard(connection) }
  }

  it('goes on after its line is cut, has the host’s words, and leaves nothing behind', async () => {
    const warnings: Warning[] = []
    const first = await connect()
    const told = (one: Progress): void => {
      if (one.profile?.window === 1 && warnings.length === 0) void first.connection.close()
    }
    const live = new LiveTracker('board', 3, 3, told)
    const host = {
      connection: session.connection,
      program: await prepareProgram(session.connection, session.description.facts),
    }
    const variants = [variantOf(generative, 0, 1)]
    let last = first
    const reconnect = async (): Promise<BoardSession> => (last = await connect())
    const asked = { warnings, live, reconnect, host, settings: { ...settings, batch: 1 } }
    const [one] = await measuring(first, variants, asked).run()
    expect(one!.latency.windows).toHaveLength(3)
    expect(one!.equality).toMatchObject({ class: 'float-exact', texts: 30, differ: 0 })
    expect(warnings.map(({ code }) => code)).toContain('tried-again')
    await last.connection.removeTree(last.connection.cacheFolder)
    await last.connection.close()
    expect(existsSync(last.connection.cacheFolder)).toBe(false)
    await expect.poll(() => processesWith(last.connection.cacheFolder)).toEqual([])
  }, 300_000)
})

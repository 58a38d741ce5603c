import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connectBoard, connectLocal, type BoardConnection, type RunOptions } from '../../src/remote/index.ts'
import { faultyLine, type FaultyLine } from './faultyLine.ts'
import { processesWith } from './processes.ts'
import { skipWithoutSshServer, startSshServer, type SshServer } from './sshServer.ts'

const plain: RunOptions = { maxBytes: 1_000_000, timeout_ms: 60_000 }
const markOf = () => `bitgauge-${randomBytes(6).toString('hex')}`

describe.skipIf(skipWithoutSshServer())('a line to a board that fails', () => {
  let server: SshServer
  let line: FaultyLine
  let board: BoardConnection
  let folder: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bitgauge-faults-'))
    server = await startSshServer()
  })
  afterAll(async () => {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    line = await faultyLine(server.port)
    board = await connectBoard({ ...server.target, port: line.port }, {}, knownAt(line.port), { agent: null })
  })
  afterEach(async () => {
    await board.close()
    await line.close()
  })

  const knownAt = (port: number) => ({ stored: [{ ...server.known, port }], files: [] })

  /** Starts a program that would not end, and waits until it runs. */
  async function running(mark: string): Promise<{ run: Promise<unknown> }> {
    let started: () => void = () => {}
    const begun = new Promise<void>((resolve) => (started = resolve))
    const script = 'trap "" TERM HUP PIPE; echo running; sleep 4711 & while :; do sleep 1; done'
    const run = board.run(['sh', '-c', script, mark], { ...plain, onLine: () => started() })
    run.catch(() => {})
    await begun
    return { run }
  }

  it.each<[string, () => void]>([
    ['is cut', () => line.cut()],
    ['gives other bits', () => line.corrupt('to')],
  ])('ends the command with connection-lost, and the program on the board, when it %s', async (_how, fail) => {
    const mark = markOf()
    const { run } = await running(mark)
    expect(processesWith(mark).length).toBeGreaterThan(0)
    fail()
    // What is garbled is seen when something is sent.
    void board.exists('/').catch(() => {})
    await expect(run).rejects.toMatchObject({ code: 'connection-lost' })
    await expect.poll(() => processesWith(mark)).toEqual([])
    await expect(board.run(['true'], plain)).rejects.toMatchObject({ code: 'connection-lost' })
  })

  it('gives a stalled line up when the time is over, and the board ends the program by itself', async () => {
    const mark = markOf()
    const run = board.run(['sh', '-c', 'trap "" TERM HUP; while :; do sleep 1; done', mark], {
      ...plain,
      timeout_ms: 2000,
    })
    setTimeout(() => line.stall(), 500)
    await expect(run).rejects.toMatchObject({ code: 'timed-out' })
    await expect.poll(() => processesWith(mark)).toEqual([])
  })

  it('takes a line without signs of life for cut', async () => {
    const alert = await connectBoard({ ...server.target, port: line.port }, {}, knownAt(line.port), {
      agent: null,
      keepalive_ms: 1000,
    })
    const run = alert.run(['sleep', '4711'], plain)
    setTimeout(() => line.stall(), 300)
    await expect(run).rejects.toMatchObject({ code: 'connection-lost' })
    await alert.close()
  })

  it.each<[string, () => void, string]>([
    ['is cut', () => line.cut(), 'connection-lost'],
    ['gives other bits', () => line.corrupt('to'), 'connection-lost'],
  ])('leaves nothing of an upload that reads as whole when it %s', async (_how, fail, code) => {
    const content = randomBytes(4_000_000)
    const file = join(folder, 'upload')
    writeFileSync(file, content)
    const path = `${board.cacheFolder}/models/model`
    let failed = false
    const upload = board.upload(file, path, {
      mode: 0o600,
      sha256: createHash('sha256').update(content).digest('hex'),
      onProgress: (bytes) => {
        if (bytes > 1_000_000 && !failed) {
          failed = true
          fail()
        }
      },
    })
    await expect(upload).rejects.toMatchObject({ code })
    expect(existsSync(path)).toBe(false)
    const again = await connectBoard(server.target, {}, knownAt(server.port), { agent: null })
    await again.upload(file, path, { mode: 0o600, sha256: createHash('sha256').update(content).digest('hex') })
    expect(existsSync(path)).toBe(true)
    await again.removeTree(`${board.cacheFolder}/models`)
    await again.close()
  })

  it('ends what runs when this program is killed', async () => {
    const mark = markOf()
    const script = `
      import { connectBoard } from './src/remote/index.ts'
      const [target, keys, mark] = JSON.parse(process.argv[1])
      const board = await connectBoard(target, {}, keys, { agent: null })
      await board.run(['sh', '-c', 'echo on; trap "" TERM HUP; while :; do sleep 1; done', mark], {
        maxBytes: 1000, timeout_ms: 100000, onLine: () => process.kill(process.pid, 'SIGKILL'),
      })`
    const given = JSON.stringify([server.target, knownAt(server.port), mark])
    expect(() => execFileSync(process.execPath, ['--input-type=module-typescript', '--eval', script, given])).toThrow(
      /SIGKILL|failed/,
    )
    await expect.poll(() => processesWith(mark)).toEqual([])
  })

  it('runs a hundred commands, some of them killed, and leaves neither channel nor process, here nor there', async () => {
    const mark = markOf()
    await board.run(['true'], plain)
    const own = () => processesWith(server.folder).length
    const before = { processes: own(), handles: process.getActiveResourcesInfo().length }
    for (let round = 0; round < 10; round++) {
      await Promise.all(
        Array.from({ length: 10 }, async (_, k) => {
          const run = board.run(['sh', '-c', k % 3 === 0 ? 'sleep 4711' : 'echo done', mark], {
            ...plain,
            timeout_ms: k % 3 === 0 ? 400 : 60_000,
          })
          if (k % 3 === 0) await expect(run).rejects.toMatchObject({ code: 'timed-out' })
          else expect((await run).stdout).toBe('done\n')
        }),
      )
    }
    expect(processesWith(mark)).toEqual([])
    expect(own()).toBe(before.processes)
    expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before.handles + 2)
    // OpenSSH lets no more than ten channels stand open: with one left behind in ten, these would fail.
    await Promise.all(Array.from({ length: 10 }, () => board.run(['true'], plain)))
  })

  it('closes its connection on both sides', async () => {
    const own = await connectBoard(server.target, {}, knownAt(server.port), { agent: null })
    const sessions = () => processesWith('sshd: board').length
    const before = sessions()
    await own.close()
    await own.close()
    await expect.poll(sessions).toBeLessThan(before)
    await expect(own.run(['true'], plain)).rejects.toMatchObject({ code: 'connection-lost' })
  })
})

describe.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')('a board whose disk is full', () => {
  it('is told before anything is written, and where it fills up meanwhile, and keeps nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bitgauge-full-'))
    const disk = join(folder, 'disk')
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'none', disk])
    try {
      const board = await connectLocal({ cacheFolder: join(disk, 'cache') })
      const write = async (size: number) => {
        const content = randomBytes(size)
        writeFileSync(join(folder, 'file'), content)
        const sha256 = createHash('sha256').update(content).digest('hex')
        return board.upload(join(folder, 'file'), `${board.cacheFolder}/file`, { mode: 0o600, sha256 })
      }
      await expect(write(2_500_000)).rejects.toMatchObject({
        code: 'disk-full',
        found: expect.stringContaining('bytes free'),
      })
      const sha256 = createHash('sha256').update('x').digest('hex')
      writeFileSync(join(folder, 'x'), randomBytes(1_500_000))
      const upload = board.upload(join(folder, 'x'), `${board.cacheFolder}/x`, {
        mode: 0o600,
        sha256,
        onProgress: () => {
          if (!existsSync(join(disk, 'other'))) writeFileSync(join(disk, 'other'), randomBytes(2_000_000))
        },
      })
      await expect(upload).rejects.toMatchObject({ code: 'disk-full' })
      expect(readdirSync(board.cacheFolder)).toEqual([])
      await board.close()
    } finally {
      execFileSync('umount', [disk])
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { BoardConnection, RunOptions } from '../../src/remote/index.ts'
import { processesWith } from './processes.ts'

const plain: RunOptions = { maxBytes: 1_000_000, timeout_ms: 60_000 }
const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex')

/** What every board must do, however it is reached. The board is this machine, so that its processes can be counted. */
export function boardBehaviour(name: string, board: () => BoardConnection): void {
  describe(name, () => {
    it('runs a program and tells its output, errors and status', async () => {
      const result = await board().run(['sh', '-c', 'echo out; echo err >&2; exit 7'], plain)
      expect(result).toEqual({ code: 7, signal: null, stdout: 'out\n', stderr: 'err\n' })
    })

    it.each([
      ['spaces and quotes', `a 'b' "c" \\' \\\\ '\\''`],
      ['what shells expand', '$HOME `id` $(id) * ? [a] ~ {a,b} !! #x & ; | < > \n \t'],
      ['nothing', ''],
      ['what looks like an option', '--help'],
      ['other scripts', 'zażółć 漢字 🙂'],
    ])('passes arguments on as they are: %s', async (_name, argument) => {
      const { stdout } = await board().run(['printf', '%s|', argument, 'end'], plain)
      expect(stdout).toBe(`${argument}|end|`)
    })

    it('refuses an argument with a NUL', async () => {
      await expect(board().run(['echo', 'a\0b'], plain)).rejects.toMatchObject({ code: 'input-invalid' })
    })

    it('gives a program its standard input, to the byte', async () => {
      const stdin = randomBytes(300_000)
      const { stdout } = await board().run(['sha256sum'], { ...plain, stdin })
      expect(stdout.slice(0, 64)).toBe(sha256(stdin))
    })

    it('does not mind a program that reads nothing of its input', async () => {
      const { code } = await board().run(['true'], { ...plain, stdin: randomBytes(300_000) })
      expect(code).toBe(0)
    })

    it('gives whole lines as they come, and replaces what is no UTF-8', async () => {
      const lines: string[] = []
      const script = String.raw`printf 'on'; printf 'e\ntw\377o\n\nlast'`
      const { stdout } = await board().run(['sh', '-c', script], { ...plain, onLine: (line) => lines.push(line) })
      expect(lines).toEqual(['one', 'tw�o', '', 'last'])
      expect(stdout).toBe('one\ntw�o\n\nlast')
    })

    it('tells that a program is not there as shells do, and a signal by its name', async () => {
      expect((await board().run(['bitgauge-no-such-program'], plain)).code).toBe(127)
      expect(await board().run(['sh', '-c', 'kill -SEGV $$'], plain)).toMatchObject({ code: null, signal: 'SIGSEGV' })
    })

    it.each([
      ['takes too long', 'timed-out', { timeout_ms: 700 }, 'sleep 4711 & sleep 4711'],
      ['says too much', 'too-large', { maxBytes: 100_000 }, 'sleep 4711 & yes; wait'],
      [
        'is not wanted any more',
        'cancelled',
        { signal: AbortSignal.timeout(700) },
        'trap "" TERM; sleep 4711 & sleep 4711',
      ],
    ])('kills a program there, and what it started, when it %s', async (_name, code, options, script) => {
      const mark = `bitgauge-${randomBytes(6).toString('hex')}`
      await expect(board().run(['sh', '-c', script, mark], { ...plain, ...options })).rejects.toMatchObject({ code })
      await expect.poll(() => processesWith(mark)).toEqual([])
    })

    it('ends what a program left running in the background', async () => {
      const mark = `bitgauge-${randomBytes(6).toString('hex')}`
      const { code } = await board().run(['sh', '-c', 'sh -c "sleep 4711; :" $1 & exit 0', 'sh', mark], plain)
      expect(code).toBe(0)
      await expect.poll(() => processesWith(mark)).toEqual([])
    })

    it('uploads a file, verifies it there and reads it back', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'bitgauge-upload-'))
      const path = `${board().cacheFolder}/models/it's a "file"`
      for (const size of [0, 1, 1_500_000]) {
        const content = randomBytes(size)
        writeFileSync(join(folder, 'file'), content)
        const steps: number[] = []
        await board().upload(join(folder, 'file'), path, {
          mode: 0o700,
          sha256: sha256(content),
          onProgress: (bytes) => steps.push(bytes),
        })
        expect(Buffer.from(await board().readFile(path, 2_000_000)).equals(content)).toBe(true)
        expect(steps.at(-1) ?? 0).toBe(size)
      }
      await expect(board().readFile(path, 1000)).rejects.toMatchObject({ code: 'too-large' })
      const { stdout } = await board().run(['sh', '-c', 'ls -ln "$1"', 'sh', path], plain)
      expect(stdout.slice(0, 10)).toBe('-rwx------')
      rmSync(folder, { recursive: true })
    })

    it('knows what is there and removes it', async () => {
      const path = `${board().cacheFolder}/models`
      expect(await board().exists(path)).toBe(true)
      await board().removeTree(path)
      expect(await board().exists(path)).toBe(false)
      await board().removeTree(path)
      await expect(board().readFile(path, 10)).rejects.toMatchObject({ code: 'not-found' })
    })

    it.each(['/tmp/x', '/', '..', '{}/..', '{}/../x', '{}/a/../../x', 'relative'])(
      'writes and removes nothing outside of its folder: %s',
      async (path) => {
        const named = path.replace('{}', board().cacheFolder)
        await expect(board().removeTree(named)).rejects.toMatchObject({ code: 'forbidden' })
        const upload = board().upload('/etc/hostname', named, { mode: 0o600, sha256: '0'.repeat(64) })
        await expect(upload).rejects.toMatchObject({ code: 'forbidden' })
      },
    )

    it('removes nothing through a link', async () => {
      const outside = mkdtempSync(join(tmpdir(), 'bitgauge-outside-'))
      writeFileSync(join(outside, 'file'), 'kept')
      const link = `${board().cacheFolder}/link`
      await board().run(['ln', '-s', outside, link], plain)
      await expect(board().removeTree(`${link}/file`)).rejects.toMatchObject({ code: 'forbidden' })
      await board().removeTree(link)
      expect(processesWith('bitgauge-nothing')).toEqual([])
      expect(await board().exists(join(outside, 'file'))).toBe(true)
      rmSync(outside, { recursive: true })
    })
  })
}

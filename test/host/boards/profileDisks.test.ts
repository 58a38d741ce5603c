import { execFileSync, type ChildProcess } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { skipWithoutSshServer } from '../../remote/sshServer.ts'
import { ended, start } from '../../cli/program.ts'
import { diskTable, hostTable } from './faults/faultTable.ts'
import { FaultyBoard, hang, long } from './faults/faultyBoard.ts'
import { FaultyHome, makeHome, model, type StartedProfile } from './faults/faultyHome.ts'
import { childrenOf } from '../harness.ts'
import { seenToEnd } from './faults/seenToEnd.ts'

const kept = 600_000

describe.skipIf(skipWithoutSshServer())('a profile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-faulty-'))
  const path = join(folder, 'home')
  let home: FaultyHome
  let board: FaultyBoard

  beforeAll(async () => {
    // Its temporary files are counted.
    process.env['TMPDIR'] = folder
    mkdirSync(path)
    await makeHome(path)
    home = await FaultyHome.open(path)
    board = await FaultyBoard.start('small', { disk: '8m' })
    await home.add(board)
  })
  afterAll(async () => {
    await home?.close()
    await board?.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(() => board.clear())

  describe('whose disk is full', () => {
    const disk = () => join(board.server.home, '.cache')
    const filler = () => join(disk(), 'filler')

    const acts: Record<Exclude<(typeof diskTable)[number]['id'], 'full-home'>, () => Promise<StartedProfile>> = {
      'full-lock': () => {
        fill(disk(), filler(), 0)
        return home.profile(board.name)
      },
      'full-upload': async () => {
        await home.clear(board)
        fill(disk(), filler(), kept)
        return home.profile(board.name)
      },
      'full-build': () => {
        board.plan('build', 0, 'cat /dev/zero > "$out" || exit 1')
        return home.profile(board.name)
      },
      'full-windows': () => {
        board.plan('window', 0, `cat /dev/zero > ${filler()} 2>/dev/null`)
        return home.profile(board.name)
      },
    }

    it.each(Object.entries(acts))('ends as it should: %s', async (id, act) => {
      const started = await act()
      const result = await started.ended
      rmSync(filler(), { force: true })
      await seenToEnd(
        diskTable.find((one) => one.id === id)!,
        result,
        { board, home },
      )
    })

    it('ends with disk-full where the host has no room for it, and stores nothing of it', async () => {
      const small = join(folder, 'small')
      mkdirSync(small)
      let other: FaultyHome | undefined
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'none', small])
      try {
        cpSync(path, join(small, 'home'), { recursive: true })
        other = await FaultyHome.open(join(small, 'home'))
        board.plan('window', 2, 'tell; while [ -e "$control/reached" ]; do sleep 0.1; done')
        const started = await other.profile(board.name)
        await expect.poll(() => board.isReached()).toBe(true)
        fill(small, join(small, 'filler'), 0)
        await board.reached()
        const result = await started.ended
        rmSync(join(small, 'filler'))
        await seenToEnd(
          diskTable.find(({ id }) => id === 'full-home')!,
          result,
          { board, home: other },
        )
        expect((await other.host.client.store.check({})).problems).toEqual([])
      } finally {
        await other?.close()
        execFileSync('umount', [small])
      }
    })
  })

  describe('whose host is killed', () => {
    const few = ['--quick', '--batch', '1', '--timed-texts', '4', '--no-shares', '--model', model, '--home', path]
    let storedBefore: string[]
    beforeAll(async () => {
      storedBefore = await home.stored()
    })
    const command = (...args: string[]) => start(['profile', '--board', board.name, ...few, ...args])

    it.each([
      ['kill-host-build', 'build', hang],
      ['kill-host-window', 'window', long],
    ] as const)('ends as it should: %s', async (id, place, words) => {
      if (place === 'build') await home.clear(board)
      board.plan(place, 0, words)
      const host = command('--texts', '0')
      const closed = ended(host)
      await board.reached()
      process.kill(programOf(host), 'SIGKILL')
      await closed
      await expect.poll(() => board.processes()).toEqual([])
      expect(await home.stored()).toEqual(storedBefore)
      const again = await FaultyHome.open(path)
      const [job] = await again.host.client.jobs.list({})
      expect(job).toMatchObject({ state: 'interrupted', error: { code: codesOf(id)[0] } })
      const { stored, ...result } = await (await again.profile(board.name)).ended
      expect({ ...result, stored: stored.length }).toMatchObject({ state: 'done', stored: 1 })
      expect(board.litter()).toEqual([])
      await again.host.client.profile.remove({ profiles: stored })
      await again.close()
    })

    it('ends as it should: kill-launcher', async () => {
      const node = join(folder, 'node')
      copyFileSync(process.execPath, node)
      board.plan('window', 0, long)
      const args = ['profile', '--board', board.name, ...few, '--texts', '0']
      const launcher = start(args, {}, node)
      const closed = ended(launcher)
      await board.reached()
      launcher.kill('SIGKILL')
      await closed
      await expect.poll(() => board.processes()).toEqual([])
      const newest = async () => (await home.host.client.jobs.list({}))[0]
      await expect.poll(async () => (await newest())?.state).toBe('cancelled')
      expect((await newest())?.error?.code).toBe(codesOf('kill-launcher')[0])
      expect([await home.stored(), board.litter()]).toEqual([storedBefore, []])
    })

    it('ends as it should: interrupt', async () => {
      board.plan('window', 0, long)
      const host = command('--texts', '0', '--json')
      const closed = ended(host)
      await board.reached()
      host.kill('SIGINT')
      const { code, stdout } = await closed
      expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({ code: 130, error: { code: 'cancelled' } })
      await expect.poll(() => board.processes()).toEqual([])
      expect([await home.stored(), board.litter()]).toEqual([storedBefore, []])
    })

    it('ends as it should: kill-compute', async () => {
      const host = command('--texts', '20', '--json')
      const closed = ended(host)
      await expect.poll(() => computeOf(host), { interval: 10 }).not.toEqual([])
      for (const pid of computeOf(host)) process.kill(pid, 'SIGKILL')
      const { code, stdout } = await closed
      const { error } = JSON.parse(stdout) as { error: { code: string } }
      expect(code).toBe(1)
      expect(codesOf('kill-compute')).toContain(error.code)
      expect([await home.stored(), board.litter()]).toEqual([storedBefore, []])
    })
  })
})

function codesOf(id: (typeof hostTable)[number]['id']): readonly string[] {
  const { outcome } = hostTable.find((one) => one.id === id)!
  return outcome.is === 'error' ? outcome.codes : []
}

/** The process of the host: that of the command, or where another Node started it, that one's child. */
function programOf({ pid }: ChildProcess): number {
  return [pid!, ...childrenOf(pid!)].find((one) => wordsOf(one).startsWith('bitgauge')) ?? pid!
}

function computeOf(host: ChildProcess): number[] {
  return childrenOf(programOf(host)).filter((pid) => wordsOf(pid).includes('/compute/'))
}

function wordsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

/** Fills a disk up to some bytes. */
function fill(disk: string, file: string, left: number): void {
  const { bavail, bsize } = statfsSync(disk)
  writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - left)))
}

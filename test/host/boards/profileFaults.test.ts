import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { programSources } from '../../../build/runtime/boardProgram.ts'
import { compileProgram, strictFlags } from '../../../build/runtime/compile.ts'
import { skipWithoutSshServer } from '../../remote/sshServer.ts'
import { boardTable, lineTable, type FaultOfLine, type LineMoment } from './faults/faultTable.ts'
import { FaultyBoard, hang, long } from './faults/faultyBoard.ts'
import { FaultyHome, makeHome, type StartedProfile } from './faults/faultyHome.ts'
import { manyProfiles } from './faults/manyProfiles.ts'
import { seenToEnd } from './faults/seenToEnd.ts'

describe.skipIf(skipWithoutSshServer())('a profile over SSH', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-faulty-'))
  const path = join(folder, 'home')
  let home: FaultyHome
  /** takes a line soon for cut and a program soon for hanging */
  let hasty: FaultyHome
  let board: FaultyBoard
  let before: string[]

  beforeAll(async () => {
    // Its temporary files are counted.
    process.env['TMPDIR'] = folder
    mkdirSync(path)
    await makeHome(path)
    home = await FaultyHome.open(path)
    hasty = await FaultyHome.open(path, {
      connect_ms: 6000,
      keepalive_ms: 1500,
      silence_ms: 8000,
      pauses_ms: [100, 300, 1000],
    })
    board = await FaultyBoard.start('board')
    before = board.files()
    await home.add(board)
  })
  afterAll(async () => {
    await hasty?.close()
    await home?.close()
    await board?.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(() => board.clear())
  afterEach(() => {
    vi.useRealTimers()
  })

  const start = (of: FaultyHome = home) => of.profile(board.name)

  /** Starts a profile and waits until it has come to a moment. */
  async function upTo(moment: LineMoment, of: FaultyHome, act: () => void): Promise<StartedProfile> {
    if (moment === 'connecting') {
      board.line.after('from', 200, act)
      return start(of)
    }
    if (moment === 'upload') {
      // The sources are the first that is large.
      await of.clear(board)
      board.line.after('to', 60_000, act)
      return start(of)
    }
    if (moment === 'build') {
      await of.clear(board)
      board.plan('build', 0, hang)
    } else if (moment === 'window') board.plan('window', 0, long)
    else if (moment === 'between') board.plan('window', 1, hang)
    else board.plan('accuracy', 0, hang)
    const started = await (moment === 'accuracy' ? of.profile(board.name, { texts: 20 }) : start(of))
    await board.reached()
    act()
    return started
  }

  describe('whose line fails', () => {
    it.each<FaultOfLine>([...lineTable])('ends as it should where $fault $when', async (fault) => {
      const strike = () => {
        if (fault.line === 'corrupt') return board.line.corrupt('to')
        board.line[fault.line]()
        board.line.restore()
      }
      const { ended } = await upTo(fault.moment, fault.line === 'stall' ? hasty : home, strike)
      const result = await ended
      // Who is not in yet is put out by the server after a while: LoginGraceTime.
      if (fault.moment === 'connecting') board.line.cut()
      await seenToEnd(fault, result, { board, home })
    })
  })

  describe('whose board fails', () => {
    /** How each fault comes about; what is given back is the profile that it befalls. */
    const acts: Record<(typeof boardTable)[number]['id'], () => Promise<StartedProfile>> = {
      'line-gone': async () => {
        const started = await upTo('window', hasty, () => board.line.refuse())
        return started
      },
      'other-key': async () => {
        board.plan('window', 0, long)
        const started = await start(hasty)
        await board.reached()
        await board.otherKey()
        return started
      },
      'kill-program': () => upTo('window', home, () => expect(board.kill(/^\S+\/real /)).toBe(1)),
      'kill-program-accuracy': () => {
        board.plan('accuracy', 0, 'kill -KILL $$')
        return home.profile(board.name, { texts: 20 })
      },
      'kill-program-always': () => planned('kill -KILL $$', 0, 1, 2),
      'kill-session': () => upTo('window', home, () => expect(board.kill(/^sshd: board@/)).toBeGreaterThan(0)),
      hang: () => planned(hang, 1),
      'hang-always': () => planned(hang, 0, 1, 2),
      rubbish: () => planned('while :; do echo rubbish; done', 1),
      'rubbish-end': () => planned('"${0%/*}/real" "$@" --least-ms 20 | head -n 3; exit 0', 1),
      'rubbish-always': () => planned('echo rubbish; exit 0', 0, 1, 2),
      endless: () => planned("tr '\\0' x < /dev/zero; exit 0", 0),
      reboot: async () => {
        const started = await upTo('window', home, () => {})
        await board.reboot()
        return started
      },
      'reboot-twice': async () => {
        board.plan('window', 1, long)
        const started = await upTo('window', home, () => {})
        await board.reboot()
        await board.reached()
        await board.reboot()
        return started
      },
      compiler: async () => {
        await home.clear(board)
        for (const round of [0, 1, 2]) board.plan('build', round, 'echo "internal compiler error" >&2; exit 4')
        return start()
      },
      'wall-clock': async () => {
        await home.clear(board)
        copyFileSync(await jumpingProgram(), join(board.folder, 'program'))
        return start()
      },
      'host-clock': async () => {
        board.plan('window', 1, 'tell; sleep 1')
        const started = await start()
        await board.reached()
        vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + year_ms })
        return started
      },
      'second-session': async () => {
        board.plan('window', 0, 'tell; while [ -e "$control/reached" ]; do sleep 0.1; done')
        const started = await start()
        await expect.poll(() => board.isReached()).toBe(true)
        const second = await (await start(hasty)).ended
        expect(second).toMatchObject({ state: 'failed', code: 'board-busy', stored: [] })
        await expect(hasty.host.client.board.remove({ board: board.name })).rejects.toMatchObject({
          code: 'board-busy',
        })
        await board.reached()
        return started
      },
      cancel: async () => {
        const started = await upTo('window', home, () => {})
        await home.host.client.jobs.cancel({ id: started.job })
        return started
      },
    }

    /** The same at the windows of these rounds. */
    function planned(words: string, ...rounds: number[]): Promise<StartedProfile> {
      for (const round of rounds) board.plan('window', round, words)
      return start(words === hang ? hasty : home)
    }

    it.each([...boardTable])('ends as it should where $fault $when', async (fault: (typeof boardTable)[number]) => {
      const { ended } = await acts[fault.id]()
      const result = await ended
      await seenToEnd(fault, result, { board, home })
      if (fault.id === 'other-key') await home.trust(board)
      if (fault.id === 'wall-clock') {
        const names = board.files().map((file) => file.split('/').at(-1))
        expect(names).toContain('clock-was-asked')
        expect(names).not.toContain('wall-clock-was-asked')
      }
    })
  })

  it('leaves neither channels nor processes nor files, ten times in a row', async () => {
    const { opened, closed, processes, files, descriptors, handles } = await manyProfiles(home, board, 10)
    expect(opened).toBeGreaterThan(100)
    expect({ closed, processes, files }).toEqual({ closed: opened, processes: 0, files: 0 })
    // One left behind by each would be ten.
    expect(Math.max(descriptors, handles)).toBeLessThan(5)
  })

  it('leaves nothing on a board that is removed, whatever befell it', async () => {
    board.line.restore()
    expect(board.files()).not.toEqual(before)
    await home.host.client.board.remove({ board: board.name })
    expect(board.files()).toEqual(before)
  })
})

const year_ms = 365 * 86_400_000

/** The board program with clocks of the test's own before those of the C library. */
function jumpingProgram(): Promise<string> {
  const clock = 'test/host/boards/faults/jumpingClock.c'
  return compileProgram([...programSources(), clock], { flags: strictFlags, link: ['-lpthread'] })
}

import { spawn, type ChildProcess } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../../../build/tasks/run.ts'
import { openStore } from '../../../src/store/index.ts'
import { childrenOf, eventually, hosts, temporaryFolder } from '../harness.ts'
import { comparable, measuredHome, smallStudy } from './sample.ts'

const home = temporaryFolder()
const open = hosts()
const measured = measuredHome()

function start(folder: string): { child: ChildProcess; ended: Promise<number | null> } {
  const args = [
    join(root, 'src', 'cli', 'main.ts'),
    'study',
    'run',
    join(folder, 'small.yaml'),
    '--workers',
    '1',
    '--home',
    join(folder, 'home'),
  ]
  const child = spawn(process.execPath, args, { stdio: 'ignore', env: { ...process.env, BITGAUGE_THREADS: '1' } })
  return { child, ended: new Promise((resolve) => child.once('exit', resolve)) }
}

/** Cells of the study that are done, as another program sees it. */
function doneCells(folder: string): number {
  try {
    const store = openStore({ home: folder, readonly: true })
    const [study] = store.studies.list()
    const done = study === undefined ? 0 : store.studies.counts(study.id).done
    store.close()
    return done
  } catch {
    return 0
  }
}

/**
 * A few kills at chosen moments; `build/studies/kills.ts` repeats many at random ones, and a disk that runs full.
 */
it('a study whose program and compute process are killed ends with the results of an undisturbed one', async () => {
  const folder = home()
  const at = join(folder, 'home')
  writeFileSync(join(folder, 'small.yaml'), smallStudy)
  const kill = async (cells: number, what: (child: ChildProcess) => void): Promise<void> => {
    const { child, ended } = start(folder)
    await eventually(() => doneCells(at) >= cells || child.exitCode !== null, 90_000)
    expect(child.exitCode).toBeNull()
    what(child)
    await ended
  }
  await kill(1, (child) => child.kill('SIGKILL'))
  const reached = doneCells(at)
  await kill(reached + 4, (child) => {
    for (const pid of childrenOf(child.pid as number)) process.kill(pid, 'SIGKILL')
    child.kill('SIGKILL')
  })
  expect(doneCells(at)).toBeGreaterThanOrEqual(reached + 4)
  // The compute process alone: its cell is tried again, and the study ends by itself.
  const last = start(folder)
  await eventually(() => childrenOf(last.child.pid as number).length > 0, 90_000)
  for (const pid of childrenOf(last.child.pid as number)) process.kill(pid, 'SIGKILL')
  expect(await last.ended).toBe(0)
  expect(readdirSync(join(at, 'work'))).toEqual([])
  const [disturbed, undisturbed] = [await open(at), await open(measured(join(folder, 'measured')))]
  expect(await disturbed.client.study.show({ study: 'small' })).toMatchObject({ state: 'done', cells: { done: 18 } })
  expect(await comparable(disturbed)).toEqual(await comparable(undisturbed))
})

import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStore } from '../../src/store/index.ts'
import { childProgram, follow, startChild } from './support/startChild.ts'
import { openTemp } from './support/openTemp.ts'
import { tempHome } from './support/tempHome.ts'

/** The arguments of a program that may mount file systems that nobody else sees; null where the system forbids it. */
function ownMounts(): string[] | null {
  const ways = [
    ['unshare', '-m'],
    ['unshare', '-Urm'],
  ]
  return (
    ways.find(
      ([program = '', ...rest]) => spawnSync(program, [...rest, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0,
    ) ?? null
  )
}

describe('a home without the right to write', () => {
  it('is `permission-denied`, with what to do', async () => {
    const home = tempHome()
    mkdirSync(home)
    chmodSync(home, 0o500)
    chmodSync(dirname(home), 0o755)
    const child = startChild('openAsNobody', home)
    expect(await child.ended).toBe(0)
    expect(child.lines[1]).toBe('permission-denied')
    expect(child.lines[0]).toContain('--home')
    chmodSync(home, 0o700)
  })

  it('is `permission-denied` too where the store of somebody else is in it', async () => {
    const store = openTemp()
    store.close()
    const home = dirname(store.path)
    chmodSync(dirname(home), 0o755)
    if (process.getuid?.() !== 0) chmodSync(store.path, 0o000)
    const child = startChild('openAsNobody', home)
    expect(await child.ended).toBe(0)
    expect(child.lines[1]).toBe('permission-denied')
  })
})

const mounts = ownMounts()

describe('a disk', () => {
  it.runIf(mounts !== null)('that fills up is `disk-full`; what was stored before is whole', async () => {
    const home = tempHome()
    mkdirSync(home)
    const script = 'mount -t tmpfs -o size=3m tmpfs "$1" && exec "$0" "$2" putUntilFull "$1"'
    const [program = '', ...rest] = mounts ?? []
    const child = follow(spawn(program, [...rest, 'sh', '-c', script, process.execPath, home, childProgram]))
    expect(await child.ended).toBe(0)
    expect(child.lines).toEqual([expect.stringContaining('no room left'), 'disk-full', 'true', 'disk-full', 'true'])
  })

  it.runIf(mounts !== null)('that is read-only is `permission-denied`', async () => {
    const home = tempHome()
    mkdirSync(home)
    const script = 'mount -t tmpfs -o ro tmpfs "$1" && exec "$0" "$2" openAsNobody "$1"'
    const [program = '', ...rest] = mounts ?? []
    const child = follow(spawn(program, [...rest, 'sh', '-c', script, process.execPath, home, childProgram]))
    expect(await child.ended).toBe(0)
    expect(child.lines[1]).toBe('permission-denied')
  })

  it('with room is no error', () => {
    openStore({ home: tempHome() }).close()
  })
})

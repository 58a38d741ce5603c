import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BoardAdded, BoardChecked, BoardRemoved, BoardTrusted } from '../../src/shared/contract/boardCalls.ts'
import type { Profiled, ProfileEntry, ProfileResult } from '../../src/shared/contract/profile.ts'
import { run, schemaErrors, temporaryFolder } from '../cli/program.ts'
import { crossPrograms } from '../remote/boardPrograms.ts'
import { elfMachineOf, emulatedKinds, skipWithoutEmulation, startEmulatedBoard } from '../remote/emulatedBoard.ts'
import type { SshServer } from '../remote/sshServer.ts'
import { chromiumPath, patience_ms } from './chromium.ts'
import { openWindow } from './openWindow.ts'
import { openAt } from './startPage.ts'

const kinds = emulatedKinds.filter((kind) => !skipWithoutEmulation(kind))
const arches = { arm64: 'aarch64', 'arm64-dotprod': 'aarch64', armv7: 'arm', riscv64: 'riscv64' } as const
const kernels = { arm64: 'neon', 'arm64-dotprod': 'dotprod', armv7: 'scalar', riscv64: 'scalar' } as const

describe.skipIf(kinds.length === 0)('boards that QEMU imitates', { timeout: 6 * patience_ms }, () => {
  const folder = temporaryFolder()
  const home = join(folder.path, 'home')
  const servers = new Map<string, SshServer>()
  let profiles: ProfileEntry[] = []

  /** The data of a command's document, which must be as its schema says. */
  async function bitgauge<T>(name: string, args: readonly string[], code = 0): Promise<T> {
    const given = { BITGAUGE_BOARD_PROGRAMS: folder.path, BITGAUGE_THREADS: '1' }
    const ended = await run([...args, '--json', '--home', home], given)
    expect(ended.code, ended.stderr + ended.stdout).toBe(code)
    const found = JSON.parse(ended.stdout) as { data: T }
    expect(schemaErrors(name, found)).toEqual([])
    return found.data
  }
  const shown = (id: string) => bitgauge<ProfileResult>('profile-show', ['profile', 'show', id])
  const programsOf = (name: string) =>
    globSync(join(servers.get(name)!.home, '.cache', 'bitgauge-board', 'programs', '*', 'bitgauge-run'))

  beforeAll(async () => {
    const sizes = ['--embedding', '8', '--hidden', '8', '--epochs', '1']
    await crossPrograms(folder.path)
    await bitgauge('dataset-generate', ['dataset', 'generate', 'maintenance-log', '--size', '900', '--name', 'notes'])
    for (const [family, bits] of [
      ['discriminative', '8'],
      ['generative', '4'],
    ] as const) {
      await bitgauge('train', ['train', '--dataset', 'notes', '--family', family, ...sizes, '--name', family])
      await bitgauge('quantize', ['quantize', family, '--bits', bits, '--name', `${family}-${bits}`])
    }
    for (const kind of kinds) servers.set(kind.name, await startEmulatedBoard(kind))
  }, 6 * patience_ms)
  afterAll(async () => {
    for (const server of servers.values()) await server.stop()
    folder.remove()
  })

  it.each(kinds)('are added, trusted and known for what they are: $name', async ({ name, machine, compiler }) => {
    const { port, key, hostKey } = servers.get(name)!
    const address = `board@127.0.0.1:${port}`
    const added = await bitgauge<BoardAdded>(
      'board-add',
      ['board', 'add', name, address, '--key', key, '--no-config'],
      3,
    )
    expect(added).toMatchObject({ state: 'unconfirmed', offered: { fingerprint: hostKey.fingerprint } })
    const trust = ['board', 'trust', name, '--host-key', hostKey.fingerprint]
    expect(await bitgauge<BoardTrusted>('board-trust', trust)).toMatchObject({ state: 'trusted' })
    const checked = await bitgauge<BoardChecked>('board-check', ['board', 'check', name], 3)
    expect(checked.program).toBe(compiler === null ? 'upload' : 'build')
    expect(checked.warnings.map(({ code }) => code)).toContain('emulated')
    const { facts } = checked.board.description!
    expect(facts).toMatchObject({ machine, arch: arches[name], emulated: true })
    expect(facts.compilers.length).toBe(compiler === null ? 0 : 1)
  })

  it('give the words of the host for both families, by programs of their own architecture', async () => {
    const on = kinds.flatMap(({ name }) => ['--board', name])
    const few = ['--quick', '--batch', '1', '--timed-texts', '4', '--texts', '60', '--no-shares']
    const done = await bitgauge<Profiled>('profile', ['profile', ...on, ...few])
    profiles = done.profiles
    expect(done.failed).toEqual([])
    expect(profiles).toHaveLength(2 * kinds.length)
    for (const profile of profiles) {
      expect(profile).toMatchObject({ emulated: true, quick: true, accuracy: { n: 60 } })
      expect(profile.warnings.map(({ code }) => code)).toContain('emulated')
      expect(profile.equality).toMatchObject({ texts: 60, differ: 0, otherClass: 0, broken: 0, largest: 0 })
      expect(profile.equality!.class).toBe(profile.family === 'generative' ? 'float-exact' : 'integer-exact')
    }
    expect(new Set(profiles.map(({ family }) => family)).size).toBe(2)
  })

  it.each(kinds)('have the program built or sent, run by its own name: $name', async ({ name, elf, compiler }) => {
    const programs = programsOf(name)
    expect(programs.map(elfMachineOf)).toEqual([elf])
    const { program, description } = await shown(profiles.find(({ board }) => board.name === name)!.id)
    expect(program).toMatchObject({ how: compiler === null ? 'uploaded' : 'built', kernels: kernels[name] })
    expect(description.facts).toMatchObject({ arch: arches[name], emulated: true })
  })

  it('are marked emulated in every format of an export', async () => {
    const out = join(folder.path, 'out')
    const formats = ['csv', 'json', 'markdown', 'latex', 'html', 'svg', 'png', 'pdf']
    const on = kinds.flatMap(({ name }) => ['--board', name])
    await bitgauge('export', ['export', ...on, '--format', formats.join(','), '--out', out])
    // PDF puts a backslash before brackets.
    const text = (name: string) => readFileSync(join(out, name), 'latin1').replaceAll(/\\([()])/g, '$1')
    const [head, ...rows] = text('profiles.csv')
      .split(/\r?\n/)
      .filter((line) => line !== '' && !line.startsWith('#'))
    const place = head!.split(',').indexOf('emulated')
    expect(rows.map((row) => row.split(',')[place])).toEqual(profiles.map(() => '1'))
    const { profiles: written } = JSON.parse(text('profiles.json')) as { profiles: ProfileEntry[] }
    expect(written.every(({ emulated }) => emulated)).toBe(true)
    for (const name of ['profiles.md', 'profiles.tex', 'profiles.html']) {
      // A row a profile, and a note below.
      expect(text(name).split('emulated').length - 1).toBeGreaterThanOrEqual(profiles.length)
      expect(text(name)).toContain('measured on an imitated processor')
    }
    for (const against of ['latency', 'size']) {
      for (const format of ['svg', 'png', 'pdf'])
        for (const { name } of kinds)
          expect(text(`accuracy-against-${against}.${format}`)).toContain(`${name} (emulated)`)
      expect(text(`accuracy-against-${against}.svg`)).toContain('Emulated, not the times of a board')
    }
  })

  it.skipIf(!existsSync(chromiumPath))('are marked emulated wherever the page of boards shows a time', async () => {
    const open = await openWindow(home)
    const { page } = open
    try {
      const panel = (title: string) => page.getByRole('region', { name: title, exact: true })
      for (const { name } of kinds) {
        await openAt(page, `/boards/${name}`)
        await page.getByRole('heading', { name, exact: true, level: 2 }).waitFor()
        await panel('Latency').getByText('emulated', { exact: true }).waitFor()
        await panel('Latency')
          .getByRole('img', { name: /Emulated: not the times of a board/ })
          .waitFor()
        await panel('Figures')
          .getByText(/^emulated: not the times of a board; /)
          .waitFor()
        await panel('Accuracy against latency')
          .getByRole('img', { name: /, emulated\): / })
          .waitFor()
        expect(await panel('Device against host').getByText('the same, bit for bit').count()).toBe(2)
      }
    } finally {
      await open.end()
    }
  })

  it.each(kinds)('keep nothing once they are removed: $name', async ({ name }) => {
    const removed = await bitgauge<BoardRemoved>('board-remove', ['board', 'remove', name])
    expect(removed).toMatchObject({ cleared: true, profiles: 2 })
    expect(existsSync(join(servers.get(name)!.home, '.cache', 'bitgauge-board'))).toBe(false)
  })
})

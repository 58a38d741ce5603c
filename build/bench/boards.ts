import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultPaths } from '../../src/host/paths.ts'
import type { BoardList } from '../../src/shared/contract/boardCalls.ts'
import { profiledSchema, profileResultSchema, type ProfileResult } from '../../src/shared/contract/profile.ts'
import {
  elfMachineOf,
  emulatedKinds,
  lacksEmulation,
  startEmulatedBoard,
  type EmulatedKind,
} from '../../test/remote/emulatedBoard.ts'
import type { SshServer } from '../../test/remote/sshServer.ts'
import { crossBuild } from '../runtime/cross/crossBuild.ts'
import { setupZig } from '../runtime/cross/setupZig.ts'
import { targets } from '../runtime/cross/targets.ts'
import { bitgauge } from '../studies/bitgauge.ts'
import { trainedModel, type Family } from './inference/trainedModels.ts'
import { record, type BenchRecord, type Measured } from './record.ts'

const float = 'weights=float,input=float,hidden=float,gates=float,sigmoid=float,tanh=float,cell=float,head=float'

/** QEMU takes half a second of the processor for a text of the generative family, and more in float: it gets one width. */
const widths: Record<Family, readonly string[]> = {
  discriminative: [float, '8', 'weights=4', 'weights=2'],
  generative: ['8'],
}

/**
 * The trained models on boards that QEMU imitates, by the commands that a user gives: `board add`, `board trust`, `profile`. Every class and score of the first 500 test texts of AG
 * News beside the words of the host's own program, bit for bit. Times are left out: they are no board's.
 *
 * @param tell gets what was found board by board; what is returned is the rest
 */
export async function benchBoards(
  family: Family,
  home: string,
  quick: boolean,
  tell: (some: Measured) => void,
): Promise<Measured> {
  const absent = (contender: string, reason: string) => ({ case: `boards, ${family}`, contender, reason })
  if ((await trainedModel(family, home)) === null) {
    return { records: [], ratios: [], absent: [absent('bitgauge profile', 'the data set is not on this machine')] }
  }
  const left: Required<Measured> = { records: [], ratios: [], absent: [] }
  const programs = mkdtempSync(join(tmpdir(), 'bitgauge-boards-'))
  try {
    await buildPrograms(programs)
    for (const kind of emulatedKinds) {
      const reason = lacksEmulation(kind)
      if (reason === null) tell({ records: await onBoard(kind, family, { home, quick, programs }), ratios: [] })
      else left.absent.push(absent(kind.name, reason))
    }
    return left
  } finally {
    rmSync(programs, { recursive: true, force: true })
  }
}

async function buildPrograms(output: string): Promise<void> {
  const { cache } = defaultPaths()
  const zig = await setupZig({ cache })
  const chosen = targets.filter(({ name }) => name !== 'x64')
  await crossBuild({ zig, zigCache: join(cache, 'zig', 'compiled'), targets: chosen, output })
}

interface Asked {
  home: string
  quick: boolean
  /** folder of the static programs */
  programs: string
}

async function onBoard(kind: EmulatedKind, family: Family, { home, quick, programs }: Asked): Promise<BenchRecord[]> {
  process.stderr.write(`boards, ${family}, ${kind.name} …\n`)
  const models = await quantized(family, widths[family], home)
  const board = `emulated-${kind.name}`
  const server = await startEmulatedBoard(kind)
  process.env['BITGAUGE_BOARD_PROGRAMS'] = programs
  try {
    await know(board, server, home)
    const names = models.flatMap((name) => ['--model', name])
    const few = ['--quick', '--batch', '1', '--timed-texts', '1', '--no-shares', '--texts', quick ? '20' : '500']
    const { profiles } = profiledSchema.parse(
      await bitgauge<unknown>(['profile', '--board', board, ...few, ...names], home),
    )
    requireElf(server, kind)
    const found: BenchRecord[] = []
    for (const { id } of profiles) found.push(...recordsOf(await shown(id, home), kind))
    await bitgauge(['board', 'remove', board], home)
    return found
  } finally {
    delete process.env['BITGAUGE_BOARD_PROGRAMS']
    await server.stop()
  }
}

async function quantized(family: Family, bits: readonly string[], home: string): Promise<string[]> {
  const names: string[] = []
  for (const width of bits) {
    const args = ['quantize', `bench-${family}`, '--bits', width]
    names.push((await bitgauge<{ model: { name: string } }>(args, home)).model.name)
  }
  return names
}

/** Adds a board to the home and trusts its key; one of this name that an earlier run left is forgotten. */
async function know(board: string, { port, key, hostKey }: SshServer, home: string): Promise<void> {
  const { boards } = await bitgauge<BoardList>(['board', 'list'], home)
  if (boards.some(({ name }) => name === board)) await bitgauge(['board', 'remove', board, '--unreachable'], home)
  await bitgauge(['board', 'add', board, `board@127.0.0.1:${port}`, '--key', key, '--no-config'], home)
  await bitgauge(['board', 'trust', board, '--host-key', hostKey.fingerprint], home)
}

async function shown(id: string, home: string): Promise<ProfileResult> {
  return profileResultSchema.parse(await bitgauge<unknown>(['profile', 'show', id], home))
}

/** @throws Error where what ran there was a program of another machine: this one's above all */
function requireElf({ home }: SshServer, { elf, name }: EmulatedKind): void {
  const found = globSync(join(home, '.cache', 'bitgauge-board', 'programs', '*', 'bitgauge-run')).map(elfMachineOf)
  if (found.length === 0 || found.some((machine) => machine !== elf))
    throw new Error(`the programs on ${name} are for machine ${found.join(', ')}, not ${elf}`)
}

function recordsOf(profile: ProfileResult, kind: EmulatedKind): BenchRecord[] {
  const { family, bits, program, emulated, description, equality } = profile
  if (equality === null) throw new Error(`nothing of ${bits.label} was compared on ${kind.name}`)
  const said = spawnSync(kind.emulator, ['--version'], { encoding: 'utf8' }).stdout
  const by = `${kind.emulator.replace('-static', '')} ${/version (\d[\d.]*)/.exec(said)?.[1] ?? ''}, ${kind.processor}`
  const version = [description.facts.arch, by, program.how, emulated ? 'emulated' : 'not recognised as emulated']
  const shared = { case: `boards, ${family}`, contender: kind.name, version: version.join('; ') }
  const of = (metric: string, value: number, better: 'higher' | 'lower'): BenchRecord =>
    record({
      ...shared,
      ...{ recipe: bits.label, kernel: program.kernels, metric, unit: 'count', better, samples: [value] },
    })
  return [
    of('texts', equality.texts, 'higher'),
    // Of each text its class and the four scores.
    of('results', 5 * equality.texts, 'higher'),
    of('different', equality.differ, 'lower'),
    of('beyond the promise', equality.broken, 'lower'),
  ]
}

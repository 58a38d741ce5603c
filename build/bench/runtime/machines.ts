import { spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compileFor } from '../../runtime/cross/crossBuild.ts'
import { setupZig } from '../../runtime/cross/setupZig.ts'
import { targets, type Target } from '../../runtime/cross/targets.ts'
import { compileProgram, strictFlags } from '../../runtime/compile.ts'
import { defaultPaths } from '../../../src/host/paths.ts'
import type { BenchAbsence } from '../record.ts'

/** A kind of machine on which a program of the runtime can run here. */
export interface Machine {
  name: string
  /** what runs the programs: the machine itself, or an emulator */
  by: string
  emulated: boolean
  /** a command for a program of the runtime's tests */
  command: (source: string) => Promise<string>
}

const emulators: Partial<Record<Target['name'], readonly [program: string, ...args: string[]]>> = {
  arm64: ['qemu-aarch64-static', '-cpu', 'max'],
  armv7: ['qemu-arm-static', '-cpu', 'max'],
  riscv64: ['qemu-riscv64-static'],
}

/**
 * This machine with its own compiler, and the boards' machines that can be emulated.
 *
 * @param folder for what starts an emulator
 */
export async function machinesHere(folder: string): Promise<{ machines: Machine[]; absent: BenchAbsence[] }> {
  const own: Machine = {
    name: process.arch,
    by: 'this machine',
    emulated: false,
    command: (source) => compileProgram([source], { flags: strictFlags, link: ['-lpthread'] }),
  }
  const found = Object.entries(emulators).map(([name, command]) => ({
    target: targets.find((target) => target.name === name)!,
    command,
    here: spawnSync(command[0], ['--version']).status === 0,
  }))
  const emulated = found.filter(({ here }) => here)
  const zig = emulated.length === 0 ? '' : await setupZig({ cache: defaultPaths().cache })
  return {
    machines: [own, ...emulated.map(({ target, command }) => emulatedMachine(target, command, zig, folder))],
    absent: found
      .filter(({ here }) => !here)
      .map(({ target, command }) => ({
        case: `exactness, ${target.name}`,
        contender: 'bitgauge',
        reason: `there is no ${command[0]}`,
      })),
  }
}

function emulatedMachine(target: Target, emulator: readonly string[], zig: string, folder: string): Machine {
  const version = spawnSync(emulator[0]!, ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0]!
  return {
    name: target.name,
    by: version.replace(/ \(.*$/, ''),
    emulated: true,
    command: async (source) => {
      const program = await compileFor(target, [source], {
        zig,
        zigCache: join(defaultPaths().cache, 'zig', 'compiled'),
      })
      const script = join(folder, `${target.name}-${source.replaceAll('/', '-')}.sh`)
      writeFileSync(script, `#!/bin/sh\nexec ${emulator.join(' ')} '${program}' "$@"\n`)
      chmodSync(script, 0o755)
      return script
    },
  }
}

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileProgram, strictFlags } from '../../../build/runtime/compile.ts'
import { findProgram } from '../../../build/setup/findProgram.ts'

/** A kind of board that QEMU imitates, and Debian's compiler for it. */
export interface Board {
  name: 'arm64' | 'armv7' | 'riscv64'
  /** `e_machine` of an ELF header */
  machine: number
  compiler: readonly string[]
  emulator: string
  /** processors that are imitated, as `QEMU_CPU` names them, and the kernels that each can run, the fastest first */
  processors: Readonly<Record<string, readonly string[]>>
}

/** gcc for arm64, as a board has it; armv7 is compiled for VFP alone and runs where NEON is switched off. */
export const boards: readonly Board[] = [
  {
    name: 'arm64',
    machine: 183,
    compiler: ['aarch64-linux-gnu-gcc'],
    emulator: 'qemu-aarch64-static',
    processors: { 'cortex-a53': ['neon', 'scalar'], max: ['dotprod', 'neon', 'scalar'] },
  },
  {
    name: 'armv7',
    machine: 40,
    compiler: ['clang', '-target', 'arm-linux-gnueabihf', '-march=armv7-a', '-mfpu=vfpv3-d16'],
    emulator: 'qemu-arm-static',
    processors: { 'cortex-a7,neon=off': ['scalar'] },
  },
  {
    name: 'riscv64',
    machine: 243,
    compiler: ['clang', '-target', 'riscv64-linux-gnu', '-march=rv64gc'],
    emulator: 'qemu-riscv64-static',
    processors: { rv64: ['scalar'] },
  },
]

/** What this machine lacks to build for a board and to imitate it; null where it has all. */
export function lacks({ compiler, emulator, name }: Board): string | null {
  const linkers = { arm64: [], armv7: ['arm-linux-gnueabihf-ld'], riscv64: ['riscv64-linux-gnu-ld'] }[name]
  const needed = [compiler[0]!, emulator, ...linkers]
  const missing = needed.filter((program) => findProgram([program], process.env['PATH']) === undefined)
  return missing.length === 0 ? null : `no ${missing.join(', no ')}`
}

/** A program of test/runtime/programs for a board, without libraries of its own; compiled once. */
export function compileForBoard({ compiler }: Board, source: string, flags: readonly string[] = []): Promise<string> {
  return compileProgram([`test/runtime/programs/${source}`], {
    compiler,
    flags: [...strictFlags, '-static', ...flags],
    link: ['-lpthread'],
  })
}

/** A program of this machine that runs the board's program on an imitated processor: with its arguments, input and output. */
export function emulated(
  { emulator }: Board,
  processor: string,
  program: string,
): { program: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-emulated-'))
  const launcher = join(folder, 'program')
  writeFileSync(launcher, `#!/bin/sh\nQEMU_CPU=${processor} exec ${emulator} '${program}' "$@"\n`)
  chmodSync(launcher, 0o755)
  return { program: launcher, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

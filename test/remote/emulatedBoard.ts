import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProgram } from '../../build/setup/findProgram.ts'
import { lacksSshServer, startSshServer, type SshServer } from './sshServer.ts'

/** A board whose programs QEMU runs under their own names. */
export interface EmulatedKind {
  name: 'arm64' | 'arm64-dotprod' | 'armv7' | 'riscv64'
  /** as `uname -m` tells it */
  machine: string
  bits: 32 | 64
  /** `e_machine` of an ELF header */
  elf: number
  emulator: string
  /** `QEMU_CPU` */
  processor: string
  /** kernels of the runtime, the fastest that it can run */
  kernels: string
  /** lines of `/proc/cpuinfo` for each of its four processors, as such a board shows them */
  cpuinfo: readonly string[]
  /** what is called `cc` there; null: the board has no compiler */
  compiler: string | null
}

const arm64Features = 'fp asimd evtstrm aes pmull sha1 sha2 crc32 cpuid'

export const emulatedKinds: readonly EmulatedKind[] = [
  {
    ...{ name: 'arm64', machine: 'aarch64', bits: 64, elf: 183, emulator: 'qemu-aarch64-static' },
    ...{ processor: 'cortex-a53', kernels: 'neon', compiler: 'aarch64-linux-gnu-gcc' },
    cpuinfo: [
      `Features\t: ${arm64Features}`,
      ...[
        'CPU implementer\t: 0x41',
        'CPU architecture: 8',
        'CPU variant\t: 0x0',
        'CPU part\t: 0xd03',
        'CPU revision\t: 4',
      ],
    ],
  },
  {
    ...{ name: 'arm64-dotprod', machine: 'aarch64', bits: 64, elf: 183, emulator: 'qemu-aarch64-static' },
    ...{ processor: 'max', kernels: 'dotprod', compiler: null },
    cpuinfo: [
      `Features\t: ${arm64Features} asimdrdm atomics fphp asimdhp lrcpc dcpop asimddp`,
      ...[
        'CPU implementer\t: 0x41',
        'CPU architecture: 8',
        'CPU variant\t: 0x4',
        'CPU part\t: 0xd0b',
        'CPU revision\t: 1',
      ],
    ],
  },
  {
    ...{ name: 'armv7', machine: 'armv7l', bits: 32, elf: 40, emulator: 'qemu-arm-static' },
    ...{ processor: 'cortex-a7,neon=off', kernels: 'scalar', compiler: null },
    cpuinfo: [
      'model name\t: ARMv7 Processor rev 5 (v7l)',
      'Features\t: half thumb fastmult vfp edsp vfpv3 tls vfpv4 idiva idivt vfpd32 lpae',
      ...[
        'CPU implementer\t: 0x41',
        'CPU architecture: 7',
        'CPU variant\t: 0x0',
        'CPU part\t: 0xc07',
        'CPU revision\t: 5',
      ],
    ],
  },
  {
    ...{ name: 'riscv64', machine: 'riscv64', bits: 64, elf: 243, emulator: 'qemu-riscv64-static' },
    ...{ processor: 'rv64', kernels: 'scalar', compiler: null },
    cpuinfo: ['isa\t\t: rv64imafdc', 'mmu\t\t: sv39', 'uarch\t\t: sifive,u74-mc'],
  },
]

/** What this machine lacks to be such a board; null where it has all. */
export function lacksEmulation({ emulator, compiler }: EmulatedKind): string | null {
  const needed = [emulator, ...(compiler === null ? [] : [compiler])]
  const missing = needed.filter((program) => findProgram([program], process.env['PATH']) === undefined)
  if (missing.length > 0) return `no ${missing.join(', no ')}`
  return lacksSshServer() ?? lacksBinfmt()
}

/** Linux has had a `binfmt_misc` for each user namespace since 6.7; before, mounting it there is refused. */
function lacksBinfmt(): string | null {
  const { status } = spawnSync('unshare', ['-Urm', 'mount', '-t', 'binfmt_misc', 'none', '/proc/sys/fs/binfmt_misc'])
  return status === 0 ? null : 'no binfmt_misc in a user namespace of its own (Linux 6.7 or later)'
}

/** Prints why a suite is skipped; with `CI=true` a board that cannot be imitated is a failure. */
export function skipWithoutEmulation(kind: EmulatedKind): boolean {
  const reason = lacksEmulation(kind)
  if (reason === null) return false
  if (process.env['CI'] === 'true') throw new Error(`The board ${kind.name} cannot be imitated: ${reason}.`)
  console.log(`skipped: ${kind.name}: ${reason}`)
  return true
}

/**
 * A board of another architecture: OpenSSH in a user namespace whose `binfmt_misc` knows the board's programs, so that they run under their own names. `uname`,
 * `getconf` and `/proc/cpuinfo` answer as such a board, and the only compiler is the one that builds for it. The shell and its tools stay those of this machine.
 */
export async function startEmulatedBoard(kind: EmulatedKind): Promise<SshServer> {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-emulated-'))
  const tools = join(folder, 'tools')
  makeTools(tools, kind)
  writeFileSync(join(folder, 'cpuinfo'), cpuinfoOf(kind))
  writeFileSync(join(folder, 'register'), registration(kind))
  const variables = [
    `PATH=${tools}`,
    // The mark of a variable's value that has a comma is needed by nobody; sshd takes the words between blanks.
    `QEMU_CPU=${kind.processor}`,
    ...(kind.compiler === null ? [] : [`QEMU_LD_PREFIX=/usr/${kind.compiler.replace(/-gcc$/, '')}`]),
  ]
  const mounts = [
    'mount -t binfmt_misc none /proc/sys/fs/binfmt_misc',
    `cat '${folder}/register' >/proc/sys/fs/binfmt_misc/register`,
    `mount --bind '${folder}/cpuinfo' /proc/cpuinfo`,
  ].join('\n')
  try {
    const server = await startSshServer({ config: [`SetEnv ${variables.join(' ')}`], mounts })
    return { ...server, stop: () => server.stop().finally(() => rmSync(folder, { recursive: true, force: true })) }
  } catch (thrown) {
    rmSync(folder, { recursive: true, force: true })
    throw thrown
  }
}

const compilers = /(^|-)(cc|c89|c99|gcc|g\+\+|c\+\+|clang|tcc|cpp)(\+\+)?(-[\d.]+)?$/

/** All programs of this machine but its compilers, and in their front what answers for the board. */
function makeTools(folder: string, { machine, bits, compiler }: EmulatedKind): void {
  mkdirSync(folder, { recursive: true })
  const own: Record<string, string> = {
    uname: `case "$1" in -m) echo ${machine} ;; -r) echo 6.6.51 ;; *) echo Linux ;; esac`,
    getconf: `case "$1" in LONG_BIT) echo ${bits} ;; *) exec /usr/bin/getconf "$@" ;; esac`,
    ...(compiler === null ? {} : { cc: `exec ${findProgram([compiler], process.env['PATH'])} "$@"` }),
  }
  for (const [name, line] of Object.entries(own))
    writeFileSync(join(folder, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 })
  for (const name of readdirSync('/usr/bin')) {
    if (!compilers.test(name) && !existsSync(join(folder, name)))
      symlinkSync(join('/usr/bin', name), join(folder, name))
  }
}

function cpuinfoOf({ cpuinfo }: EmulatedKind): string {
  return [0, 1, 2, 3].map((number) => [`processor\t: ${number}`, ...cpuinfo, ''].join('\n')).join('\n')
}

/** By class and machine of an ELF header. With `F` the emulator is opened when it is registered: nobody looks for it later. */
function registration({ bits, elf, emulator }: EmulatedKind): string {
  const escaped = (bytes: readonly number[]): string =>
    bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
  const magic = [0x7f, 0x45, 0x4c, 0x46, bits / 32, 1, 1, ...Array<number>(9).fill(0), 2, 0, elf, 0]
  // Byte 7 is the ABI, which compilers set as they like; programs of type 2 and 3 are both to be run.
  const mask = [...Array<number>(7).fill(0xff), 0, ...Array<number>(8).fill(0xff), 0xfe, 0xff, 0xff, 0xff]
  const path = findProgram([emulator], process.env['PATH'])
  return `:${emulator.replace('-static', '')}:M::${escaped(magic)}:${escaped(mask)}:${path}:F`
}

/** What this machine has that answers `file`, for a test's own eyes: the first bytes of a program. */
export function elfMachineOf(path: string): number {
  const bytes = execFileSync('od', ['-An', '-tu1', '-N20', path], { encoding: 'utf8' }).trim().split(/\s+/).map(Number)
  return bytes[18]! + 256 * bytes[19]!
}

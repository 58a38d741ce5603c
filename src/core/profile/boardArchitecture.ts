import type { BoardFacts } from '../../shared/contract/board.ts'

export type ProcessorFamily = 'x86' | 'arm' | 'riscv' | 'ppc'

/** By what `uname -m` says; null for one that is not known here. */
export function familyOfMachine(machine: string): ProcessorFamily | null {
  if (/^(x86_64|amd64|i[3-6]86)$/.test(machine)) return 'x86'
  if (/^(aarch64|arm)/.test(machine)) return 'arm'
  if (machine.startsWith('riscv')) return 'riscv'
  return machine.startsWith('ppc') ? 'ppc' : null
}

/** Of `e_machine`, whose bytes are bytes 18 and 19 of an ELF header. */
export function familyOfElf(first: number | undefined, second: number | undefined): ProcessorFamily | null {
  const families: Record<number, ProcessorFamily> = {
    3: 'x86',
    62: 'x86',
    40: 'arm',
    183: 'arm',
    243: 'riscv',
    21: 'ppc',
  }
  if (first === undefined || second === undefined) return null
  // All of these fit into one byte; the other one is 0, whichever end comes first.
  return families[first === 0 ? second : first] ?? null
}

/** Of the programs: a 64-bit kernel may carry a 32-bit userland. */
export function architectureOf(machine: string, bits: 32 | 64 | null): BoardFacts['arch'] {
  const family = familyOfMachine(machine)
  const wide = bits === null ? /64/.test(machine) : bits === 64 && /64/.test(machine)
  if (family === 'x86') return wide ? 'x86_64' : 'i386'
  if (family === 'arm') return wide ? 'aarch64' : 'arm'
  if (family === 'riscv') return wide ? 'riscv64' : 'riscv32'
  return machine === 'ppc64' || machine === 'ppc64le' ? 'ppc64' : 'unknown'
}

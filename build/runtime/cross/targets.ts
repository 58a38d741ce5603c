/** What programs are built for: Linux, static, so that nothing of the board's own libraries is needed. */
export interface Target {
  name: 'x64' | 'arm64' | 'armv7' | 'riscv64'
  /** as zig calls it */
  triple: string
  /** `e_machine` of an ELF header */
  machine: number
  /** of the compiler, besides those of every target */
  flags: readonly string[]
}

/**
 * armv7 is built without NEON: boards without it exist, and its float instructions flush subnormals, so that no compiler may be led to use them; VFP
 * keeps them.
 */
export const targets: readonly Target[] = [
  { name: 'x64', triple: 'x86_64-linux-musl', machine: 62, flags: [] },
  { name: 'arm64', triple: 'aarch64-linux-musl', machine: 183, flags: [] },
  { name: 'armv7', triple: 'arm-linux-musleabihf', machine: 40, flags: ['-mcpu=generic+v7a+vfp3d16-neon'] },
  { name: 'riscv64', triple: 'riscv64-linux-musl', machine: 243, flags: [] },
]

/** The machine that a program's ELF header names; undefined where it is no little-endian ELF file. */
export function elfMachine(program: Uint8Array): number | undefined {
  const isElf = program.length >= 20 && program.subarray(0, 4).every((byte, k) => byte === [0x7f, 0x45, 0x4c, 0x46][k])
  return isElf && program[5] === 1 ? program[18]! + 256 * program[19]! : undefined
}

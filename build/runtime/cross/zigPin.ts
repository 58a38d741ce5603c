import type { Take, WheelPin } from '../../setup/libraryPin.ts'

/**
 * The compiler of the board programs: zig, which holds clang and the sources of musl, from the Python Package Index. Of its libraries only what C for
 * Linux and musl needs is taken. Bytes and sha256 are those of November 2026.
 */
export const zigVersion = '0.17.1'

const folders = [
  ...['c', 'compiler_rt', 'include', 'std', 'libc/musl', 'libc/include/generic-musl', 'libc/include/any-linux-any'],
  ...['x86_64', 'x86', 'aarch64', 'arm', 'riscv64'].map((machine) => `libc/include/${machine}-linux-musl`),
  ...['x86', 'aarch64', 'arm', 'riscv'].map((machine) => `libc/include/${machine}-linux-any`),
].map((folder) => `lib/${folder}/`)

const take: readonly Take[] = [
  ...['zig', 'LICENSE'].map((name) => ({ from: `ziglang/${name}`, to: name })),
  ...[...folders, 'lib/c.zig', 'lib/compiler_rt.zig'].map((name) => ({
    from: `ziglang/${name}`,
    to: name,
    buildOnly: true,
  })),
]

/** The wheel for each platform that builds, as `process.platform` and `process.arch` with a dash between. */
export const zigWheels: Readonly<Record<string, WheelPin>> = {
  'linux-x64': {
    package: 'ziglang',
    version: zigVersion,
    file: 'ziglang-0.17.1-py3-none-manylinux_2_12_x86_64.manylinux2010_x86_64.musllinux_1_1_x86_64.whl',
    bytes: 101_083_562,
    sha256: 'ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54',
    unpackedBytes: 228_045_924,
    take,
  },
  'linux-arm64': {
    package: 'ziglang',
    version: zigVersion,
    file: 'ziglang-0.17.1-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl',
    bytes: 98_063_064,
    sha256: 'b7c5f02fccd40f89b999ee16a1f5ddced56e6182370f8affe494bcf8a28cf07e',
    unpackedBytes: 214_219_684,
    take,
  },
}

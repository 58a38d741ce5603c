import {
  boardDescriptionSchema,
  type BoardDescription,
  type BoardFacts,
  type BoardState,
} from '../../shared/contract/board.ts'
import { boardAnswer, cut, numberOf, type BoardAnswer } from './boardAnswer.ts'
import { clustersOf, onlineOf, processorsOf } from './boardProcessors.ts'
import { boardLimits, powerSensors, temperaturesOf } from './boardSensors.ts'
import { architectureOf, familyOfElf, familyOfMachine } from './boardArchitecture.ts'

/**
 * What a board is, by the lines that `src/remote/describe.ts` has it print. What does not stand there, or cannot be, is null; nothing
 * of it is believed to be short or sound.
 *
 * @throws ZodError never for lines of any kind
 */
export function readBoardDescription(text: string): BoardDescription {
  const answer = boardAnswer(text)
  return boardDescriptionSchema.parse({ facts: factsOf(answer), state: stateOf(answer) })
}

function factsOf(answer: BoardAnswer): BoardFacts {
  const machine = cut(answer.one('machine') ?? 'unknown', 200)
  const bits = bitsOf(answer)
  const processors = processorsOf(answer)
  const clusters = clustersOf(answer, processors)
  const names = [...new Set(clusters.flatMap(({ model }) => (model === null ? [] : [model])))]
  return {
    machine,
    arch: architectureOf(machine, bits),
    userland_bits: bits,
    model: modelOf(answer),
    cpu: names.length > 0 ? cut(names.join(' + '), 500) : null,
    features: featuresOf(answer),
    cores: Math.max(1, onlineOf(answer, processors).length),
    clusters,
    memory_bytes: kibibytes(answer, 'MemTotal'),
    os: osOf(answer),
    kernel: cut(answer.one('kernel') ?? 'unknown', 500),
    libc: libcOf(answer),
    compilers: compilersOf(answer),
    power: powerSensors(answer),
    virtualization: virtualizationOf(answer),
    emulated: isEmulated(answer, machine),
  }
}

function stateOf(answer: BoardAnswer): BoardState {
  const cpus = onlineOf(answer, processorsOf(answer))
  const free = numberOf(/\s(\d+)\s+\d+%\s+\//.exec(answer.one('free') ?? '')?.[1])
  const boot = answer.one('boot')
  return {
    boot: boot === undefined ? null : cut(boot, 200),
    uptime_s: numberOf(answer.one('uptime')?.split(' ')[0]),
    load: numberOf(answer.one('load')?.split(' ')[0]),
    available_bytes: kibibytes(answer, 'MemAvailable'),
    free_bytes: free === null ? null : free * 1024,
    clocks: cpus.map((cpu) => {
      const governor = answer.one(`cpu.${cpu}.governor`)
      const khz = numberOf(answer.one(`cpu.${cpu}.now`))
      const mhz = khz === null ? numberOf(processorsOf(answer).find(({ number }) => number === cpu)?.mhz) : null
      const hz = khz === null ? (mhz === null ? null : Math.round(mhz * 1e6)) : khz * 1000
      return { cpu, hz, governor: governor === undefined ? null : cut(governor, 200) }
    }),
    temperatures: temperaturesOf(answer),
    limits: boardLimits(answer),
  }
}

/** Of the programs: what `getconf` says, else the class of the shell's ELF header. */
function bitsOf(answer: BoardAnswer): 32 | 64 | null {
  const told = answer.one('long-bit')
  if (told === '32' || told === '64') return Number(told) as 32 | 64
  const [, , , , elfClass] = elfOf(answer, 'elf')
  return elfClass === 1 ? 32 : elfClass === 2 ? 64 : null
}

/** The first 20 bytes of the shell, or of what the kernel runs for it; none where that is no ELF file. */
function elfOf(answer: BoardAnswer, name: 'elf' | 'runs-elf'): number[] {
  const bytes = (answer.one(name) ?? '').trim().split(/\s+/).map(Number)
  return bytes.length === 20 && bytes[0] === 127 && bytes[1] === 69 ? bytes : []
}

/** Of the device tree, else of the firmware, else of `/proc/cpuinfo`. */
function modelOf(answer: BoardAnswer): string | null {
  const [vendor, product] = [answer.one('dmi-vendor'), answer.one('dmi-product')]
  const firmware = [vendor, product].filter((part) => part !== undefined).join(' ')
  const named = answer.one('model') ?? (firmware || answer.ofCpuinfo('Model') || answer.ofCpuinfo('Hardware'))
  return named === undefined || named === '' ? null : cut(named, 500)
}

/** x86 and ARM list words; RISC-V has one word, `rv64imafdc_zicntr`, whose single letters are extensions too. */
function featuresOf(answer: BoardAnswer): string[] {
  const listed = (answer.ofCpuinfo('flags') ?? answer.ofCpuinfo('Features') ?? '').split(/\s+/)
  const isa = /^(rv\d+)([a-z]*)(.*)$/.exec(answer.ofCpuinfo('isa') ?? '')
  const letters = isa === null ? [] : [isa[1]!, ...isa[2]!, ...isa[3]!.split('_')]
  const names = [...listed, ...letters].filter((name) => name !== '').map((name) => cut(name, 200))
  return [...new Set(names)].sort().slice(0, 1000)
}

function kibibytes(answer: BoardAnswer, name: string): number | null {
  const line = answer.all('memory').find((one) => one.startsWith(`${name}:`))
  const found = numberOf(/(\d+) kB/.exec(line ?? '')?.[1])
  return found === null ? null : found * 1024
}

function osOf(answer: BoardAnswer): string | null {
  const line = answer.all('os').find((one) => one.startsWith('PRETTY_NAME='))
  const name = line?.slice('PRETTY_NAME='.length).replaceAll(/^["']|["']$/g, '')
  return name === undefined || name === '' ? null : cut(name, 500)
}

function libcOf(answer: BoardAnswer): BoardFacts['libc'] {
  const said = [answer.one('libc-version') ?? '', ...answer.all('ldd')].join('\n')
  const loaders = answer.all('loader').join(' ')
  const musl = /musl/i.test(said) || (loaders.includes('ld-musl') && !loaders.includes('ld-linux'))
  if (musl) return { name: 'musl', version: versionIn(/Version (\d[\d.]*)/, said) }
  if (/uclibc/i.test(said) || loaders.includes('ld-uClibc'))
    return { name: 'uclibc', version: versionIn(/(\d[\d.]*)/, said) }
  if (/^glibc \d|GLIBC|GNU libc|Free Software Foundation/m.test(said) || loaders.includes('ld-linux')) {
    return {
      name: 'glibc',
      version: versionIn(/^glibc (\d[\d.]*)/m, said) ?? versionIn(/^ldd \(.*\) (\d[\d.]*)$/m, said),
    }
  }
  return { name: loaders.includes('linker') ? 'bionic' : 'unknown', version: null }
}

function versionIn(pattern: RegExp, text: string): string | null {
  const version = pattern.exec(text)?.[1]
  return version === undefined ? null : cut(version, 200)
}

function compilersOf(answer: BoardAnswer): BoardFacts['compilers'] {
  return ['cc', 'gcc', 'clang', 'tcc'].flatMap((command) => {
    const version = answer.one(`compiler.${command}.version`)
    const target = answer.one(`compiler.${command}.target`)
    if (version === undefined) return []
    return [{ command, version: cut(version, 500), target: target === undefined ? null : cut(target, 200) }]
  })
}

function virtualizationOf(answer: BoardAnswer): string | null {
  const told = answer.one('detect-virt')
  if (told !== undefined && told !== 'none') return cut(told, 200)
  const found = answer.one('container') ?? answer.one('hypervisor')
  if (found !== undefined) return cut(found, 200)
  const model = modelOf(answer) ?? ''
  if (/QEMU|dummy-virt|riscv-virtio/i.test(model)) return 'qemu'
  return featuresOf(answer).includes('hypervisor') ? 'hypervisor' : null
}

/**
 * Signs that programs run on an imitated processor: a shell of another family than the one that `uname` tells, or one that the kernel runs
 * something else for; a `/proc/cpuinfo` of another family, a translator that is registered for the board's own, and a machine that QEMU imitates without KVM.
 */
function isEmulated(answer: BoardAnswer, machine: string): boolean {
  const own = familyOfMachine(machine)
  for (const name of ['elf', 'runs-elf'] as const) {
    const bytes = elfOf(answer, name)
    const family = familyOfElf(bytes[18], bytes[19])
    if (own !== null && family !== null && family !== own) return true
  }
  if (translators.test(answer.one('runs') ?? '')) return true
  const x86 = answer.ofCpuinfo('vendor_id') !== undefined
  const arm = answer.ofCpuinfo('CPU implementer') !== undefined
  if ((x86 && own !== 'x86') || (arm && own !== 'arm')) return own !== null
  if (own !== null && answer.all('binfmt').includes(translatorOf(machine))) return true
  if (virtualizationOf(answer) === 'qemu') return true
  return /QEMU Virtual CPU|QEMU TCG/i.test(answer.ofCpuinfo('model name') ?? '')
}

/** Programs that run those of other processors. */
const translators = /(^|\/)(qemu-[a-z0-9_-]+|rosetta|box(32|64|86)|FEX(Interpreter|Loader)?)$/

/** As QEMU registers it: 32-bit ARM is one, whatever version `uname` tells. */
function translatorOf(machine: string): string {
  return `qemu-${/^armv\d+l$/.test(machine) ? 'arm' : machine}`
}

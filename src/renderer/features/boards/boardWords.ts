import { plainNumber } from '../../../shared/charts/figures.ts'
import type {
  BoardDescription,
  BoardFacts,
  BoardHop,
  BoardServer,
  BoardState,
  BoardTarget,
} from '../../../shared/contract/board.ts'
import type { BoardDifference, BoardEntry } from '../../../shared/contract/boardCalls.ts'
import { bytesText, momentText } from '../../text/figures.ts'

/** How far a board is trusted, in words, with the mark that says so. */
export interface TrustWords {
  mark: 'trusted' | 'unconfirmed' | 'refused'
  word: string
}

export function trustWords(board: Pick<BoardEntry, 'kind' | 'trust' | 'seen'>, now = new Date()): TrustWords {
  if (board.kind === 'local') return { mark: 'trusted', word: 'Trusted' }
  if (board.trust === 'unconfirmed') return { mark: 'unconfirmed', word: 'Key not confirmed yet' }
  if (board.trust === 'changed') return { mark: 'refused', word: 'Key changed: refused' }
  if (board.trust === 'revoked') return { mark: 'refused', word: 'Key revoked: refused' }
  return {
    mark: 'trusted',
    word: board.seen === null ? 'Trusted, not seen yet' : `Trusted, seen ${agoText(board.seen, now)}`,
  }
}

/** `just now`, `4 min ago`, `3 h ago`, `12 days ago`. */
export function agoText(moment: string, now = new Date()): string {
  const minutes = Math.floor((now.getTime() - Date.parse(moment)) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h ago`
  return `${Math.floor(hours / 24)} days ago`
}

const architectures: Record<BoardFacts['arch'], string> = {
  x86_64: 'x64',
  i386: 'x86, 32 bits',
  aarch64: 'arm64',
  arm: 'armv7',
  riscv64: 'riscv64',
  riscv32: 'riscv32',
  ppc64: 'ppc64',
  unknown: 'architecture not known',
}

/** Vector units that the runtime has kernels for, the best first, by the names that the kernel gives features. */
const units: readonly (readonly [name: string, words: string])[] = [
  ['avx512_vnni', 'AVX-512 VNNI'],
  ['avx_vnni', 'AVX-VNNI'],
  ['avx512f', 'AVX-512'],
  ['avx2', 'AVX2'],
  ['asimddp', 'NEON with dot product'],
  ['asimd', 'NEON'],
  ['neon', 'NEON'],
]

/** The best vector unit; null where none is known of. */
export function vectorUnit(features: readonly string[]): string | null {
  return units.find(([name]) => features.includes(name))?.[1] ?? null
}

/** One line below a board's name: `arm64, Cortex-A76, dot product`. */
export function summaryOf({ kind, target, description }: Pick<BoardEntry, 'kind' | 'target' | 'description'>): string {
  const place = kind === 'local' ? 'this machine' : ''
  if (description === null)
    return [place, target === null ? '' : addressOf(target)].filter((part) => part !== '').join(', ')
  const { arch, cpu, features, emulated } = description.facts
  const unit = vectorUnit(features)
  const parts = [
    place,
    emulated ? 'emulated' : '',
    architectures[arch],
    kind === 'local' ? '' : (cpu ?? ''),
    unit?.replace('NEON with ', '') ?? 'no vector unit known',
  ]
  return parts.filter((part) => part !== '').join(', ')
}

/** `user@host:port`, what is left out left out. */
export function addressOf({ host, user, port }: BoardHop): string {
  const bare = port !== undefined && host.includes(':') ? `[${host}]` : host
  return `${user === undefined ? '' : `${user}@`}${bare}${port === undefined ? '' : `:${port}`}`
}

export function waysIn(target: BoardTarget): string {
  const jumps = target.jumps ?? []
  return `${addressOf(target)}${jumps.length === 0 ? '' : ` through ${jumps.map(addressOf).join(', ')}`}`
}

export interface BoardFact {
  title: string
  text: string
  /** would spoil a measurement */
  warn?: boolean
}

/** What a board is and how it was when it was seen last. */
export function factsOf({ facts, state }: BoardDescription): BoardFact[] {
  const clock = fastest(facts)
  const unit = vectorUnit(facts.features)
  const all: (BoardFact | null)[] = [
    {
      title: 'CPU',
      text: `${facts.cores} x ${facts.cpu ?? facts.machine}${clock === null ? '' : `, ${gigahertz(clock)}`}`,
    },
    {
      title: 'Features',
      text: `${unit ?? 'no vector unit known'}${facts.userland_bits === 32 ? ', 32-bit programs' : ''}`,
    },
    facts.model === null ? null : { title: 'Board', text: facts.model },
    { title: 'Memory', text: facts.memory_bytes === null ? 'not told' : bytesText(facts.memory_bytes) },
    { title: 'OS', text: `${facts.os ?? 'not told'}, ${facts.kernel}` },
    governorFact(state),
    { title: 'Temperature', ...temperatureOf(state) },
    { title: 'Compiler', text: compilerOf(facts) },
    { title: 'Power sensor', text: sensorOf(facts) },
    facts.virtualization === null ? null : { title: 'Inside', text: facts.virtualization },
  ]
  return all.filter((fact) => fact !== null)
}

function governorFact({ clocks }: BoardState): BoardFact {
  const governors = [...new Set(clocks.flatMap(({ governor }) => governor ?? []))]
  if (governors.length === 0) return { title: 'Governor', text: 'not told' }
  return { title: 'Governor', text: governors.join(', '), warn: governors.some((one) => one !== 'performance') }
}

/** From these on most boards slow down by themselves. */
const hot_C = 80

function temperatureOf({ temperatures }: BoardState): Omit<BoardFact, 'title'> {
  if (temperatures.length === 0) return { text: 'no sensor' }
  const warmest = Math.max(...temperatures.map(({ celsius }) => celsius))
  return { text: `${warmest.toFixed(1)} °C`, warn: warmest >= hot_C }
}

function compilerOf({ compilers }: BoardFacts): string {
  const [first] = compilers
  if (first === undefined) return 'none'
  const numbers = first.version.match(/\d+(\.\d+)+/g)
  return `${/^[\w+-]+/.exec(first.version)?.[0] ?? first.command}${numbers === null ? '' : ` ${numbers.at(-1)}`}`
}

function sensorOf({ power }: BoardFacts): string {
  const readable = power.filter((sensor) => sensor.readable)
  if (readable.length > 0)
    return readable
      .map(({ name }) => name)
      .slice(0, 3)
      .join(', ')
  return power.length > 0 ? 'not readable' : 'none'
}

function fastest({ clusters }: BoardFacts): number | null {
  const clocks = clusters.flatMap(({ max_hz }) => max_hz ?? [])
  return clocks.length === 0 ? null : Math.max(...clocks)
}

export function gigahertz(hz: number): string {
  return `${(hz / 1e9).toFixed(2)} GHz`
}

/** The file on the board that holds a key of an algorithm, as OpenSSH names it. */
export function keyFileOf(algorithm: string): string {
  const kind = /ed25519/.test(algorithm) ? 'ed25519' : /ecdsa/.test(algorithm) ? 'ecdsa' : 'rsa'
  return `/etc/ssh/ssh_host_${kind}_key.pub`
}

/** `SHA256:9bK2…vQ4s`: enough to know it again, never to compare by. */
export function shortFingerprint(fingerprint: string): string {
  return `${fingerprint.slice(0, 11)}…${fingerprint.slice(-4)}`
}

/** `ssh-ed25519` is `ED25519`. */
export function algorithmWord(algorithm: string): string {
  return algorithm
    .replace(/^(ssh|ecdsa)-/, '')
    .replace(/^sha2-/, 'ECDSA ')
    .toUpperCase()
}

export function differenceWords({ field, before, now }: BoardDifference): string {
  return `${field.replaceAll('_', ' ').replaceAll('.', ' ')}: ${before || 'not told'}, now ${now || 'not told'}`
}

/** How the program comes to the board. */
export const programWords = {
  there: 'is there',
  build: 'will be built there',
  upload: 'will be uploaded',
  none: 'cannot get there',
} as const

export function roundTripText(ms: number): string {
  return `${plainNumber(ms)} ms`
}

export function rememberedText(key: { since: string }): string {
  return `remembered ${momentText(key.since)}`
}

/** The key that is remembered of the board, or of a server on the way to it. */
export function rememberedKey(board: BoardEntry, server: BoardServer | undefined): BoardEntry['key'] {
  if (server === undefined || !server.jump) return board.key
  return board.jumps.find(({ host, port }) => host === server.host && port === server.port)?.key ?? null
}

import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import multicastDns, { type MulticastDNS, type ResponsePacket } from 'multicast-dns'
import { boardHostSchema, boardPortSchema } from '../shared/contract/board.ts'

export interface FoundBoard {
  /** as it calls itself, cut and without control characters */
  name: string
  /** its name where this machine can look it up, else its address */
  host: string
  port: number
}

export interface DiscoverOptions {
  /** how long answers are waited for; default 2 s */
  wait_ms?: number
  signal?: AbortSignal | undefined
  /** addresses of this machine to ask from; default: all that lead to a network */
  interfaces?: readonly string[]
}

/** `_workstation._tcp` is what Avahi tells of every machine; its port (9) is none of SSH. */
const services = ['_ssh._tcp.local', '_sftp-ssh._tcp.local', '_workstation._tcp.local']
const mostBoards = 100
const mostRecords = 5000
/** of one machine */
const mostAddresses = 20
const lookup_ms = 300

/**
 * Machines of the local network that tell of an SSH server, or of themselves, by multicast DNS: offers, not facts, because whoever is in
 * the network may answer. None where there is no network.
 *
 * @see RFC 6762, RFC 6763
 */
export async function discoverBoards(options: DiscoverOptions = {}): Promise<FoundBoard[]> {
  const { wait_ms = 2000, signal, interfaces = ownAddresses() } = options
  const heard = new Map<string, Heard>()
  const addresses = new Map<string, Set<string>>()
  const lines = interfaces.map((address) => listen(address, (packet) => note(packet, heard, addresses)))
  try {
    lines.forEach((line) =>
      ask(
        line,
        services.map((name) => ({ name, type: 'PTR' as const })),
      ),
    )
    await waitFor(wait_ms / 2, signal)
    // What was named without its port or its address is asked for by name.
    lines.forEach((line) => ask(line, openQuestions(heard, addresses)))
    await waitFor(wait_ms / 2, signal)
  } finally {
    await Promise.all(lines.map((line) => new Promise<void>((resolve) => line.destroy(() => resolve()))))
  }
  const found = await Promise.all([...heard.values()].map((one) => boardOf(one, addresses)))
  return distinct(found.flat())
}

interface Question {
  name: string
  type: 'PTR' | 'SRV' | 'A'
}

interface Heard {
  instance: string
  service: string
  target?: string
  port?: number
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
}

function listen(address: string, onResponse: (packet: ResponsePacket) => void): MulticastDNS {
  const line = multicastDns({ interface: address, bind: '0.0.0.0' } as Parameters<typeof multicastDns>[0])
  line.on('response', onResponse)
  // A network without multicast, packets that are none: nothing is found there.
  line.on('error', () => {})
  line.on('warning', () => {})
  return line
}

function ask(line: MulticastDNS, questions: readonly Question[]): void {
  if (questions.length > 0) line.query({ questions: questions.slice(0, 200) }, () => {})
}

function note(packet: ResponsePacket, heard: Map<string, Heard>, addresses: Map<string, Set<string>>): void {
  for (const record of [...(packet.answers ?? []), ...(packet.additionals ?? [])].slice(0, mostRecords)) {
    const name = record.name.toLowerCase()
    if (record.type === 'PTR' && services.includes(name) && typeof record.data === 'string') {
      if (heard.size < mostBoards && !heard.has(record.data))
        heard.set(record.data, { instance: record.data, service: name })
    } else if (record.type === 'SRV') {
      const service = services.find((one) => name.endsWith(`.${one}`))
      const one = heard.get(record.name) ?? { instance: record.name, service: service ?? '' }
      if (service === undefined || (heard.size >= mostBoards && !heard.has(record.name))) continue
      heard.set(record.name, { ...one, target: record.data.target.toLowerCase(), port: record.data.port })
    } else if ((record.type === 'A' || record.type === 'AAAA') && isIP(record.data) > 0) {
      const known = addresses.get(name) ?? new Set()
      if (addresses.size < mostBoards * 2 && known.size < mostAddresses) addresses.set(name, known.add(record.data))
    }
  }
}

function openQuestions(heard: Map<string, Heard>, addresses: Map<string, Set<string>>): Question[] {
  return [...heard.values()].flatMap(({ instance, target }): Question[] => {
    if (target === undefined) return [{ name: instance, type: 'SRV' }]
    return addresses.has(target) ? [] : [{ name: target, type: 'A' }]
  })
}

async function boardOf(
  { instance, service, target, port }: Heard,
  addresses: Map<string, Set<string>>,
): Promise<FoundBoard[]> {
  if (target === undefined) return []
  const own = [...(addresses.get(target) ?? [])].sort((a, b) => isIP(a) - isIP(b))
  const host = (await isLookedUp(target, own)) ? target : own[0]
  const sshPort = service.startsWith('_workstation') ? 22 : port
  if (!boardHostSchema.safeParse(host).success || !boardPortSchema.safeParse(sshPort).success) return []
  return [{ name: titleOf(instance, service), host: host!, port: sshPort! }]
}

/** `raspberrypi [b8:27:eb:00:00:00]._workstation._tcp.local` is called `raspberrypi`. */
function titleOf(instance: string, service: string): string {
  const title = instance.slice(0, Math.max(0, instance.length - service.length - 1)).replace(/ \[[0-9a-f:]{17}\]$/i, '')
  return (
    title
      .replaceAll(/\p{C}+/gu, ' ')
      .trim()
      .slice(0, 100) || 'unnamed'
  )
}

async function isLookedUp(name: string, addresses: readonly string[]): Promise<boolean> {
  if (!boardHostSchema.safeParse(name).success) return false
  const none = waitFor(lookup_ms).then(() => [])
  const found = await Promise.race([lookup(name, { all: true }).catch(() => []), none])
  return found.some(({ address }: { address: string }) => addresses.includes(address))
}

function waitFor(time_ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, time_ms)
    signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
}

/** A machine that tells of itself in two ways stands there once, by its SSH server. */
function distinct(found: readonly FoundBoard[]): FoundBoard[] {
  const boards = new Map(found.map((board) => [`${board.host} ${board.port}`, board] as const))
  return [...boards.values()].sort((a, b) => a.name.localeCompare(b.name, 'en'))
}

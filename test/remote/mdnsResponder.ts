import { createSocket, type Socket } from 'node:dgram'

/** A service as a machine tells of it by multicast DNS. */
export interface ToldService {
  /** `_ssh._tcp.local` */
  service: string
  /** what people read: any text of one label */
  instance: string
  host: string
  address: string
  port: number
}

const group = '224.0.0.251'
const port = 5353
const type = { a: 1, ptr: 12, txt: 16, srv: 33 } as const
/** That this record is the only one of its name: RFC 6762, section 10.2. */
const flush = 0x8000

/**
 * Answers questions for a service as RFC 6762 and RFC 6763 have it, with packets that are put together here: PTR, and with it SRV, TXT and A.
 *
 * @param from the address of the interface that it answers on
 */
export async function respondByHand(told: readonly ToldService[], from: string): Promise<{ stop(): Promise<void> }> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  socket.on('message', (packet, { address }) => {
    const asked = questionsOf(packet)
    const meant = told.filter(({ service }) => asked.includes(service))
    if (meant.length > 0 && address === from) send(socket, answer(meant))
  })
  await new Promise<void>((resolve) => socket.bind(port, () => resolve()))
  socket.addMembership(group, from)
  socket.setMulticastInterface(from)
  socket.setMulticastTTL(255)
  return { stop: () => new Promise((resolve) => void socket.close(() => resolve())) }
}

function send(socket: Socket, packet: Buffer): void {
  socket.send(packet, port, group)
}

/** Header (RFC 1035, section 4.1.1): an authoritative response with so many answers and additional records. */
function answer(told: readonly ToldService[]): Buffer {
  const additional = told.flatMap(({ service, instance, host, address, port: at }) => {
    const whole = name([instance, ...service.split('.')])
    const place = [number16(0), number16(0), number16(at), name(host.split('.'))]
    return [
      record(whole, type.srv, flush, Buffer.concat(place)),
      record(whole, type.txt, flush, Buffer.from([0])),
      record(name(host.split('.')), type.a, flush, Buffer.from(address.split('.').map(Number))),
    ]
  })
  const pointers = told.map(({ service, instance }) =>
    record(name(service.split('.')), type.ptr, 0, name([instance, ...service.split('.')])),
  )
  const header = [0, 0x8400, 0, pointers.length, 0, additional.length].map(number16)
  return Buffer.concat([...header, ...pointers, ...additional])
}

/** Class IN, 120 seconds to live. */
function record(owner: Buffer, kind: number, unique: number, data: Buffer): Buffer {
  return Buffer.concat([
    owner,
    number16(kind),
    number16(unique | 1),
    number16(0),
    number16(120),
    number16(data.length),
    data,
  ])
}

/** Labels, each behind its length, then an empty one; dots inside a label are its own. */
function name(labels: readonly string[]): Buffer {
  const parts = labels.map((label) => Buffer.from(label, 'utf8'))
  return Buffer.concat([...parts.flatMap((part) => [Buffer.from([part.length]), part]), Buffer.from([0])])
}

function number16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff])
}

/** The names that a query asks for; none of what is an answer. */
function questionsOf(packet: Buffer): string[] {
  if (packet.length < 12 || (packet.readUInt16BE(2) & 0x8000) !== 0) return []
  const names: string[] = []
  let at = 12
  for (let k = packet.readUInt16BE(4); k > 0; k -= 1) {
    const [text, next] = readName(packet, at)
    names.push(text)
    at = next + 4
  }
  return names
}

/** A name and what follows it; of a pointer (RFC 1035, section 4.1.4) what it points to. */
function readName(packet: Buffer, from: number): [string, number] {
  const labels: string[] = []
  for (let at = from; ;) {
    const length = packet[at] ?? 0
    if (length === 0) return [labels.join('.'), at + 1]
    if (length >= 0xc0) return [[...labels, readName(packet, packet.readUInt16BE(at) & 0x3fff)[0]].join('.'), at + 2]
    labels.push(packet.toString('utf8', at + 1, at + 1 + length))
    at += length + 1
  }
}

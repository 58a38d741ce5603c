import { connect, createServer, type Socket } from 'node:net'

export interface FaultyLine {
  port: number
  /** bytes that came from the server so far */
  received(): number
  /** acts once, as soon as so many bytes more have passed */
  after(direction: 'from' | 'to', bytes: number, act: () => void): void
  /** ends all connections at once, without a farewell */
  cut(): void
  /** lets nothing through any more, in both directions, and ends nothing */
  stall(): void
  /** cuts, and hangs up on new connections */
  refuse(): void
  /** lets new connections through again; those that were stalled stay so */
  restore(): void
  /** turns a bit of what comes next, from the server or to it */
  corrupt(direction: 'from' | 'to'): void
  close(): Promise<void>
}

/** A line to a server on this machine that can be cut, stalled and garbled. */
export async function faultyLine(target: number): Promise<FaultyLine> {
  const pairs = new Set<[Socket, Socket]>()
  const passed = { from: 0, to: 0 }
  let awaited: { direction: 'from' | 'to'; bytes: number; act: () => void } | null = null
  let stalled = false
  let refused = false
  const dead = new Set<Socket>()
  const count = (direction: 'from' | 'to', bytes: number) => {
    passed[direction] += bytes
    if (awaited === null || awaited.direction !== direction || passed[direction] < awaited.bytes) return
    const { act } = awaited
    awaited = null
    act()
  }
  const garble = { from: false, to: false }
  const server = createServer((near) => {
    if (refused) return void near.destroy()
    const far = connect(target, '127.0.0.1')
    const pair: [Socket, Socket] = [near, far]
    pairs.add(pair)
    const pass = (direction: 'from' | 'to', from: Socket, to: Socket) => {
      from.on('data', (bytes: Buffer) => {
        count(direction, bytes.length)
        if (stalled || dead.has(near)) return
        if (garble[direction]) {
          garble[direction] = false
          bytes[Math.floor(bytes.length / 2)]! ^= 1
        }
        to.write(bytes)
      })
      from.on('error', () => {})
      from.on('close', () => {
        if (!stalled && !dead.has(near)) to.destroy()
        if (!dead.has(near)) pairs.delete(pair)
      })
    }
    pass('to', near, far)
    pass('from', far, near)
  })
  const cut = () => pairs.forEach((pair) => pair.forEach((socket) => socket.resetAndDestroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    received: () => passed.from,
    after: (direction, bytes, act) => {
      awaited = { direction, bytes: passed[direction] + bytes, act }
    },
    cut,
    stall: () => {
      stalled = true
      for (const [near] of pairs) dead.add(near)
    },
    refuse: () => {
      refused = true
      cut()
    },
    restore: () => {
      stalled = false
      refused = false
    },
    corrupt: (direction) => {
      garble[direction] = true
    },
    close: () => {
      cut()
      return new Promise((resolve) => void server.close(() => resolve()))
    },
  }
}

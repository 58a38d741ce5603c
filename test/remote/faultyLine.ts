import { connect, createServer, type Socket } from 'node:net'

export interface FaultyLine {
  port: number
  /** bytes that came from the server so far */
  received(): number
  /** ends all connections at once, without a farewell */
  cut(): void
  /** lets nothing through any more, in both directions, and ends nothing */
  stall(): void
  /** turns a bit of what comes next, from the server or to it */
  corrupt(direction: 'from' | 'to'): void
  close(): Promise<void>
}

/** A line to a server on this machine that can be cut, stalled and garbled. */
export async function faultyLine(target: number): Promise<FaultyLine> {
  const pairs = new Set<[Socket, Socket]>()
  let received = 0
  let stalled = false
  const garble = { from: false, to: false }
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    const pair: [Socket, Socket] = [near, far]
    pairs.add(pair)
    const pass = (direction: 'from' | 'to', from: Socket, to: Socket) => {
      from.on('data', (bytes: Buffer) => {
        if (direction === 'from') received += bytes.length
        if (stalled) return
        if (garble[direction]) {
          garble[direction] = false
          bytes[Math.floor(bytes.length / 2)]! ^= 1
        }
        to.write(bytes)
      })
      from.on('error', () => {})
      from.on('close', () => {
        if (!stalled) to.destroy()
        pairs.delete(pair)
      })
    }
    pass('to', near, far)
    pass('from', far, near)
  })
  const cut = () => pairs.forEach((pair) => pair.forEach((socket) => socket.resetAndDestroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    received: () => received,
    cut,
    stall: () => {
      stalled = true
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

import { once } from 'node:events'
import type { Client } from 'ssh2'
import { lineCut, openChannel } from './sshChannels.ts'

const trips = 7
const longest_ms = 10_000

/** Median milliseconds of single bytes to a `cat` on the board and back, which holds the start of no process. */
export async function roundTrip(client: Client): Promise<number> {
  const channel = await openChannel(client, 'exec cat').catch((error: unknown) => {
    throw lineCut(error)
  })
  try {
    const times: number[] = []
    for (let k = 0; k < trips; k++) {
      const start = performance.now()
      channel.write('.')
      await once(channel, 'data', { signal: AbortSignal.timeout(longest_ms) })
      // The first one waits for the program.
      if (k > 0) times.push(performance.now() - start)
    }
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!
  } catch (error) {
    throw lineCut(error)
  } finally {
    const closed = once(channel, 'close')
    channel.end()
    channel.resume()
    // Dropbear refuses the next command while one is closing.
    await closed.catch(() => {})
  }
}

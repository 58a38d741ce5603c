import { once } from 'node:events'
import type { Client, ClientChannel } from 'ssh2'
import { lineCut, openChannel } from './sshChannels.ts'

const trips = 7
const longest_ms = 10_000

const ready = 'bitgauge-ready'
const noiseBytes = 65_536

/** Median milliseconds of single bytes to a `cat` on the board and back, which holds the start of no process. */
export async function roundTrip(client: Client): Promise<number> {
  const channel = await openChannel(client, `echo ${ready}; exec cat`).catch((error: unknown) => {
    throw lineCut(error)
  })
  try {
    const times: number[] = []
    await begun(channel)
    for (let k = 0; k < trips; k++) {
      const start = performance.now()
      channel.write('.')
      await once(channel, 'data', { signal: AbortSignal.timeout(longest_ms) })
      times.push(performance.now() - start)
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

/** Passes over what a login script prints. */
async function begun(channel: ClientChannel): Promise<void> {
  let said = ''
  while (!said.includes(`${ready}\n`)) {
    const [bytes] = (await once(channel, 'data', { signal: AbortSignal.timeout(longest_ms) })) as [Buffer]
    said += bytes.toString('latin1')
    if (said.length > noiseBytes) throw new Error('The board says too much before it begins.')
  }
}

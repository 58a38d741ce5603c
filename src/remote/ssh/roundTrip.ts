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
  const heard = listen(channel)
  try {
    // A login script may print before it.
    await heard.until((said) => said.includes(`${ready}\n`))
    const times: number[] = []
    for (let k = 1; k <= trips; k++) {
      const start = performance.now()
      channel.write('.')
      await heard.until((said) => said.slice(said.indexOf(`${ready}\n`)).length >= ready.length + 1 + k)
      times.push(performance.now() - start)
    }
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!
  } catch (error) {
    throw lineCut(error)
  } finally {
    const closed = once(channel, 'close', { signal: AbortSignal.timeout(longest_ms) })
    channel.end()
    // Dropbear refuses the next command while one is closing.
    await closed.catch(() => {})
  }
}

/** Keeps what a channel says, so that nothing is lost between two questions. */
function listen(channel: ClientChannel): { until: (holds: (said: string) => boolean) => Promise<void> } {
  let said = ''
  let look = () => {}
  channel.on('data', (bytes: Buffer) => {
    if (said.length < noiseBytes) said += bytes.toString('latin1')
    look()
  })
  const until = (holds: (said: string) => boolean) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no answer in time')), longest_ms)
      look = () => {
        if (!holds(said)) return
        clearTimeout(timer)
        resolve()
      }
      look()
    })
  return { until }
}

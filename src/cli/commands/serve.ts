import { InvalidArgumentError, type Command } from 'commander'
import { ensureRenderer } from '../../../build/pages.ts'
import { forkLauncher, openHost, openLog, writesExports } from '../../host/index.ts'
import {
  checkServeOptions,
  defaultLimits,
  isLoopback,
  listsBelow,
  readsBelow,
  startServer,
  UploadFolder,
  type RunningServer,
} from '../../server/index.ts'
import type { Warning } from '../../shared/units.ts'
import type { CommandContext, Define, Outcome } from '../command.ts'

interface ServeFlags {
  port: number
  address: string
  allowHost?: string[]
  data?: string[]
}

export function configure(command: Command, define: Define): void {
  command
    .option('--port <number>', 'port to listen on; 0 for any free one', parsePort, 0)
    .option('--address <address>', 'address to listen on', '127.0.0.1')
    .option(
      '--allow-host <name...>',
      'further names that browsers use for this server: name, name:port or https://name',
    )
    .option('--data <dir...>', 'folders whose files may be imported')
    .addHelpText('after', '\nExample:\n  bitgauge serve --port 8080 --data ~/corpora\n')
    .action(define('serve', serve))
}

/** Serves until it is stopped; a stop by Ctrl-C is its orderly end. */
async function serve(context: CommandContext, flags: ServeFlags): Promise<Outcome<unknown>> {
  const options = { address: flags.address, allowedHosts: flags.allowHost ?? [], dataFolders: flags.data ?? [] }
  await checkServeOptions(options)
  const pages = await ensureRenderer({ signal: context.signal, onProgress: context.progress })
  const log = openLog(context.home)
  const { home, cache } = context
  const uploads = new UploadFolder(home, defaultLimits)
  const host = await openHost({
    ...{ home, cache, launcher: forkLauncher({ log, apart: true }), log },
    allowPath: readsBelow(options.dataFolders, uploads),
    allowTarget: writesExports(home),
    listFiles: listsBelow(options.dataFolders),
  })
  try {
    const server = await startServer({ ...options, host, pages, home, uploads, port: flags.port, log })
    try {
      return await serveUntilStopped(server, context, flags.address)
    } finally {
      await server.close()
    }
  } finally {
    await host.close()
  }
}

async function serveUntilStopped(
  server: RunningServer,
  context: CommandContext,
  address: string,
): Promise<Outcome<unknown>> {
  const { url, origin, port } = server
  const data = { url, origin, port }
  const outcome = { data, text: `Bitgauge is ready: ${url}`, warnings: exposureWarnings(origin, address) }
  context.announce(outcome)
  const dispose = offerLinks(server, context.note)
  try {
    await aborted(context.signal)
  } finally {
    dispose()
  }
  return { ...outcome, silent: true }
}

/** A link works once. Another is printed for Enter on a terminal, and for a signal where there is none. */
function offerLinks(server: RunningServer, note: (line: string) => void): () => void {
  const offer = (): void => note(`Another link: ${server.newLink()}`)
  const input = process.stdin
  const onSignal = process.platform !== 'win32'
  if (input.isTTY) input.on('data', offer)
  if (onSignal) process.on('SIGUSR2', offer)
  const ways = [input.isTTY ? 'press Enter' : '', onSignal ? `kill -USR2 ${process.pid}` : ''].filter(
    (way) => way !== '',
  )
  note(`The link works once. For another: ${ways.join(', or ')}. Ctrl-C stops.`)
  return () => {
    input.off('data', offer)
    input.pause()
    process.off('SIGUSR2', offer)
  }
}

function exposureWarnings(origin: string, address: string): Warning[] {
  if (isLoopback(address)) return []
  const plain = origin.startsWith('https:')
    ? ''
    : ' The link and all that follows travel unencrypted: put a proxy with https in front, or use an SSH tunnel.'
  return [
    {
      code: 'reachable-from-network',
      message: `Other machines can reach this server; whoever has a link can run jobs and read what it serves.${plain}`,
      subject: address,
    },
  ]
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65535) throw new InvalidArgumentError('Expected a number from 0 to 65535.')
  return port
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

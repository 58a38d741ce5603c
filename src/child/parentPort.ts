import type { RPCHandler } from '@orpc/server/message-port'

export type Port = Parameters<RPCHandler<Record<never, never>>['upgrade']>[0]
type Listener = (event?: { data: unknown }) => void

/**
 * The port to the process that started this one: Electron's in a utility process, else the channel of `child_process.fork`.
 */
export function parentPort(): Port {
  const electron = (process as { parentPort?: Port }).parentPort
  return electron ?? forkPort()
}

function forkPort(): Port {
  if (process.send === undefined) throw new Error('this program is started by Bitgauge, not by hand')
  return {
    postMessage: (data: unknown) => void process.send?.(data, undefined, undefined, () => {}),
    on: (event: string, listener: Listener) => {
      if (event === 'message') process.on('message', (data) => listener({ data }))
      if (event === 'close') process.once('disconnect', () => listener())
    },
  }
}

import { ipcMain, MessageChannelMain, type MessagePortMain } from 'electron'
import { StandardRPCHandler } from '@orpc/server/standard'
import { createServerPeerHandleRequestFn } from '@orpc/server/standard-peer'
import { ServerPeer } from '@orpc/standard-server-peer'
import type { Logger } from 'pino'
import type { Host } from '../host/host.ts'
import { isPageAddress } from './pageAddress.ts'

const requestChannel = 'bitgauge:request-port'
const portChannel = 'bitgauge:port'

/**
 * Gives our page a port to the host whenever it asks, once after each load. Frames within a page and other pages get none. The nonce
 * goes back with the port, so that the page knows the answer to its own request.
 */
export function serveHostPorts(router: Host['router'], log: Logger): void {
  const handler = new StandardRPCHandler(router, {})
  ipcMain.on(requestChannel, (event, nonce: unknown) => {
    const frame = event.senderFrame
    if (frame === null || frame.parent !== null || !isPageAddress(frame.url) || typeof nonce !== 'string') return
    const { port1, port2 } = new MessageChannelMain()
    speak(port1, handler, log)
    event.sender.postMessage(portChannel, nonce, [port2])
  })
}

/**
 * Serves one port until the page is gone. oRPC's own message-port handler leaves a message that it cannot read as an unhandled rejection,
 * which ends the program; here the page that sent it loses its port.
 */
function speak(port: MessagePortMain, handler: StandardRPCHandler<Record<never, never>>, log: Logger): void {
  const peer = new ServerPeer((message) => port.postMessage(message))
  const handle = createServerPeerHandleRequestFn(handler, { context: {} })
  port.on('message', ({ data }) => {
    peer.message(data as string, handle).catch((error: unknown) => {
      log.warn({ err: error }, 'the page sent what is not a message of the contract; its port is closed')
      port.close()
    })
  })
  port.on('close', () => {
    peer.close()
  })
  port.start()
}

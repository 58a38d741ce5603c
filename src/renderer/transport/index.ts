import { browserPage } from './browserPage.ts'
import type { Connection } from './connection.ts'
import type { BitgaugeBridge } from './desktopBridge.ts'
import { connectDesktop } from './desktopTransport.ts'
import { connectWebSocket } from './webSocketTransport.ts'

export type { Connection, ConnectionState } from './connection.ts'
export { watchEvents, type WatchOptions } from './watchEvents.ts'

declare global {
  interface Window {
    readonly bitgauge?: BitgaugeBridge
  }
}

/** Connects this page to its host: over the desktop's message port where there is one, otherwise over a web socket to where it came from. */
export function connect(): Connection {
  const desktop = window.bitgauge?.desktop
  return desktop === undefined ? connectWebSocket(browserPage(window)) : connectDesktop(desktop, window)
}

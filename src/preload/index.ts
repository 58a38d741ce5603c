import { contextBridge, ipcRenderer } from 'electron'

// The bridge and nothing else: the page asks for a port, the main process sends one, the page gets it. The names are those of
// main/hostPort.ts and renderer/transport/desktopBridge.ts.
const requestChannel = 'bitgauge:request-port'
const portChannel = 'bitgauge:port'

/** All that this script touches of the page. */
declare const window: {
  readonly location: { readonly origin: string }
  postMessage(message: unknown, targetOrigin: string, transfer: readonly unknown[]): void
}

ipcRenderer.on(portChannel, (event, nonce: unknown) => {
  window.postMessage({ type: portChannel, nonce }, window.location.origin, event.ports)
})

contextBridge.exposeInMainWorld('bitgauge', {
  desktop: { requestPort: (nonce: unknown) => ipcRenderer.send(requestChannel, String(nonce)) },
})

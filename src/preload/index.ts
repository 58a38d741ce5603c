import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { fileChannels } from '../shared/desktopFiles.ts'

// The bridge and nothing else: the page asks for a port, the main process sends one, the page gets it; and it asks for the dialogs of
// main/fileDialogs.ts. The names are those of main/hostPort.ts, shared/desktopFiles.ts and renderer/transport/desktopBridge.ts.
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
  desktop: {
    requestPort: (nonce: unknown) => ipcRenderer.send(requestChannel, String(nonce)),
    chooseFiles: (options: unknown) => ipcRenderer.invoke(fileChannels.choose, options),
    droppedFile: (file: File) => ipcRenderer.invoke(fileChannels.dropped, webUtils.getPathForFile(file)),
    saveFile: (options: unknown) => ipcRenderer.invoke(fileChannels.save, options),
  },
})

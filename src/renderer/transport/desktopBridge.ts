import type { ChooseFilesOptions, ChosenFile, FileAnswer, SaveFileOptions } from '../../shared/desktopFiles.ts'

/** What the preload script puts on the page as `window.bitgauge`. */
export interface BitgaugeBridge {
  readonly desktop: DesktopBridge
}

export interface DesktopBridge {
  /**
   * Asks for a port to the host. The preload script answers with `window.postMessage({ type: 'bitgauge:port', nonce }, location.origin, [port])`
   * (`'*'` where the page's origin is opaque).
   */
  requestPort(nonce: string): void
  /** Opens the system's dialog; none where it was left. */
  chooseFiles(options: ChooseFilesOptions): Promise<FileAnswer<ChosenFile[]>>
  /** What calls take for a file that was dropped on the page; null for what is no file. */
  droppedFile(file: File): Promise<FileAnswer<ChosenFile | null>>
  /** Lets a person save an exported file; false where the dialog was left. */
  saveFile(options: SaveFileOptions): Promise<FileAnswer<boolean>>
}

/** The type of the message that carries the port. */
export const portMessageType = 'bitgauge:port'

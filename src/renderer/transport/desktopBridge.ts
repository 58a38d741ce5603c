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
}

/** The type of the message that carries the port. */
export const portMessageType = 'bitgauge:port'

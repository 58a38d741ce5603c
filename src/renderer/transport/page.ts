/** What the web socket transport needs of the page it runs in; a browser's page is {@link browserPage}. */
export interface Page {
  /** `http://127.0.0.1:8080` */
  readonly origin: string
  /** with its `#`, or empty */
  hash(): string
  /** Puts an address without a fragment into the address bar and the history, in place of the present one. */
  dropHash(): void
  /** Calls back when a new link is opened in the same tab, which changes the fragment without a reload. */
  onHash(listener: () => void): () => void
  /** Calls back when the network returns. */
  onOnline(listener: () => void): () => void
  /** Tells the other pages of this browser that there is a session, which they share. */
  tellSession(): void
  /** Calls back when another page has told so. */
  onSession(listener: () => void): () => void
  fetch: typeof fetch
  openSocket(url: string): WebSocket
}

import type { Page } from './page.ts'

export function browserPage(window: Window & typeof globalThis): Page {
  const on = (type: string, listener: () => void): (() => void) => {
    window.addEventListener(type, listener)
    return () => window.removeEventListener(type, listener)
  }
  return {
    origin: window.location.origin,
    hash: () => window.location.hash,
    dropHash: () =>
      window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search),
    onHash: (listener) => on('hashchange', listener),
    onOnline: (listener) => on('online', listener),
    fetch: (...given) => window.fetch(...given),
    openSocket: (url) => new window.WebSocket(url),
  }
}

import type { Page } from './page.ts'

export function browserPage(window: Window & typeof globalThis): Page {
  const on = (type: string, listener: () => void): (() => void) => {
    window.addEventListener(type, listener)
    return () => window.removeEventListener(type, listener)
  }
  const sessions = new window.BroadcastChannel('bitgauge-session')
  return {
    origin: window.location.origin,
    hash: () => window.location.hash,
    dropHash: () =>
      window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search),
    onHash: (listener) => onToken(window, listener),
    onOnline: (listener) => on('online', listener),
    tellSession: () => sessions.postMessage(null),
    onSession: (listener) => {
      sessions.addEventListener('message', listener)
      return () => sessions.removeEventListener('message', listener)
    },
    fetch: (...given) => window.fetch(...given),
    openSocket: (url) => new window.WebSocket(url),
  }
}

/**
 * A link that is opened in a page that is there changes nothing but the fragment, which is the page's own address: the token is taken before the
 * router sees it, and the address is put back, so that the page stays where it is.
 */
function onToken(window: Window & typeof globalThis, listener: () => void): () => void {
  const isToken = (hash: string): boolean => hash.startsWith('#token=')
  const take = (event: PopStateEvent): void => {
    if (!isToken(window.location.hash)) return
    event.stopImmediatePropagation()
    listener()
  }
  const putBack = ({ oldURL, newURL }: HashChangeEvent): void => {
    if (!isToken(new URL(newURL).hash)) return
    // Where the browser told no listener of the first kind.
    if (isToken(window.location.hash)) listener()
    window.history.replaceState(window.history.state, '', oldURL)
  }
  window.addEventListener('popstate', take)
  window.addEventListener('hashchange', putBack)
  return () => {
    window.removeEventListener('popstate', take)
    window.removeEventListener('hashchange', putBack)
  }
}

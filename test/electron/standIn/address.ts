// Chromium without Electron refuses to load a scheme that it does not know, before any request can be answered for it. So the window
// shows `app://bitgauge/…` as `https://bitgauge.localhost/…`, which nothing on the network answers; main sees its own address only.
export const shownOrigin = 'https://bitgauge.localhost'
const ownOrigin = 'app://bitgauge'

export function toShown(address: string): string {
  return address.startsWith(`${ownOrigin}/`) ? shownOrigin + address.slice(ownOrigin.length) : address
}

export function toOwn(address: string): string {
  return address.startsWith(`${shownOrigin}/`) ? ownOrigin + address.slice(shownOrigin.length) : address
}

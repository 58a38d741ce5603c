import type { App, Session, WebContents } from 'electron'
import { isPageAddress } from './pageAddress.ts'

/** Denies what a page could ask of its session: permissions, devices, downloads, and any address but the page's own. */
export function lockSession(session: Session, developer: boolean): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => event.preventDefault())
  session.webRequest.onBeforeRequest((details, answer) => {
    const tools = developer && details.url.startsWith('devtools://')
    answer({ cancel: !(tools || isPageAddress(details.url)) })
  })
}

/** Denies every web contents that will ever be made to go elsewhere, to open windows or to hold another page. */
export function lockContents(app: App): void {
  app.on('web-contents-created', (_event, contents) => lock(contents))
}

function lock(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isPageAddress(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
}

import { protocol, type Session } from 'electron'
import { pageScheme } from './pageAddress.ts'
import { pageHandler } from './pageHandler.ts'

/** Must run before the application is ready. Standard and secure: the page has an origin, storage and a secure context. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: false, bypassCSP: false } },
  ])
}

export function servePage(session: Session, folder: string): void {
  session.protocol.handle(pageScheme, pageHandler(folder))
}

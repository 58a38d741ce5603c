import type * as Electron from 'electron'
import type { Route } from 'playwright-core'
import { toOwn } from './address.ts'
import { standInApp } from './app.ts'
import { onlyDefined, StandInEmitter } from './onlyDefined.ts'
import { report, type Asked } from './report.ts'

type BeforeRequest = (
  details: Electron.OnBeforeRequestListenerDetails,
  answer: (response: Electron.CallbackResponse) => void,
) => void
type PermissionRequest = Exclude<Parameters<Electron.Session['setPermissionRequestHandler']>[0], null>
type PermissionCheck = Exclude<Parameters<Electron.Session['setPermissionCheckHandler']>[0], null>
type DeviceCheck = Exclude<Parameters<Electron.Session['setDevicePermissionHandler']>[0], null>
type Handler = Parameters<Electron.Protocol['handle']>[1]

type SessionFace = 'on' | 'setDevicePermissionHandler' | 'setPermissionCheckHandler' | 'setPermissionRequestHandler'

/** The default session: the schemes that main handles, its say over each request, and its answers to permissions. */
class StandInSession extends StandInEmitter implements Pick<Electron.Session, SessionFace> {
  readonly handlers = new Map<string, Handler>()
  #beforeRequest: BeforeRequest | undefined
  #permissionRequest: PermissionRequest | undefined
  #permissionCheck: PermissionCheck | undefined
  #deviceCheck: DeviceCheck | undefined

  readonly protocol = onlyDefined('session.protocol', {
    handle: (scheme: string, handler: Handler) => void this.handlers.set(scheme, handler),
  }) satisfies Pick<Electron.Protocol, 'handle'>

  readonly webRequest = onlyDefined('session.webRequest', {
    onBeforeRequest: (listener: unknown) => {
      this.#beforeRequest = listener as BeforeRequest
    },
  }) satisfies Pick<Electron.WebRequest, 'onBeforeRequest'>

  constructor() {
    super('session', ['will-download'])
    process.on('message', (asked: Asked) => {
      if (asked.type === 'permission') report({ type: 'permission', answers: this.#askPermissions() })
    })
  }

  setPermissionRequestHandler(handler: PermissionRequest | null): void {
    this.#permissionRequest = handler ?? undefined
  }

  setPermissionCheckHandler(handler: PermissionCheck | null): void {
    this.#permissionCheck = handler ?? undefined
  }

  setDevicePermissionHandler(handler: DeviceCheck | null): void {
    this.#deviceCheck = handler ?? undefined
  }

  /** Asks each of main's three handlers for a permission, as Chromium would; Electron grants where there is no handler. */
  #askPermissions(): boolean[] {
    let request = true
    this.#permissionRequest?.(null as never, 'notifications', (granted) => (request = granted), null as never)
    const check = this.#permissionCheck?.(null, 'notifications', 'app://bitgauge', null as never) ?? true
    const device = this.#deviceCheck?.(null as never) ?? true
    return [request, check, device]
  }

  /** Answers a request of a page: main's listener may cancel it, its handler of the scheme answers it, and nothing else does. */
  async answer(route: Route): Promise<void> {
    const url = toOwn(route.request().url())
    const handler = this.handlers.get(new URL(url).protocol.slice(0, -1))
    if (this.#isCancelled(url) || handler === undefined) {
      report({ type: 'denied', what: 'request', url })
      return route.abort('blockedbyclient')
    }
    const response = await handler(new Request(url, { method: route.request().method() }))
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    })
  }

  #isCancelled(url: string): boolean {
    let cancelled = false
    this.#beforeRequest?.(
      { url } as Electron.OnBeforeRequestListenerDetails,
      ({ cancel }) => (cancelled = cancel === true),
    )
    return cancelled
  }
}

export const standInSession = new StandInSession()

export const session = onlyDefined('session', {
  defaultSession: onlyDefined('session.defaultSession', standInSession) as unknown as Electron.Session,
})

export const protocol = onlyDefined('protocol', {
  registerSchemesAsPrivileged: (schemes: Electron.CustomScheme[]) => {
    if (standInApp.isReady)
      throw new Error('protocol.registerSchemesAsPrivileged must be called before the app is ready')
    report({ type: 'scheme', schemes })
  },
}) satisfies Pick<Electron.Protocol, 'registerSchemesAsPrivileged'>

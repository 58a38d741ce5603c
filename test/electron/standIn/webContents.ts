import type * as Electron from 'electron'
import { readFileSync } from 'node:fs'
import type { Frame, Page, Route } from 'playwright-core'
import { toOwn, toShown } from './address.ts'
import { askMain, deliverToMain } from './ipcMain.ts'
import type { StandInPort } from './messagePorts.ts'
import { onlyDefined, PreventableEvent, StandInEmitter } from './onlyDefined.ts'
import { preloadScript, toMainName, toPageName, type FromPage, type ToPage } from './preloadWorld.ts'
import { report } from './report.ts'
import { standInSession } from './session.ts'

type Face = 'on' | 'once' | 'postMessage' | 'reload' | 'setWindowOpenHandler'
type OpenHandler = Parameters<Electron.WebContents['setWindowOpenHandler']>[0]

const events = ['render-process-gone', 'will-attach-webview', 'will-frame-navigate', 'will-redirect']

/** `webContents` of one window: a page of a real Chromium, its requests answered by main, its preload script run before it. */
export class StandInContents extends StandInEmitter implements Pick<Electron.WebContents, Face> {
  #page: Promise<Page>
  #openHandler: OpenHandler | undefined
  /** main itself sends the page somewhere, which it is not asked about */
  #sentByMain = true
  #ports = new Map<number, StandInPort>()
  #lastPort = 0

  constructor(page: Promise<Page>, preload: string) {
    super('webContents', events)
    this.#page = page.then((opened) => this.#prepare(opened, preload))
  }

  async load(address: string): Promise<void> {
    const page = await this.#page
    // What differs in its fragment alone is shown by the document that is there; no request is made.
    const [before, now] = [page.url(), toShown(address)].map((one) => one.replace(/#.*$/, ''))
    this.#sentByMain = before !== now
    await page.goto(toShown(address))
    report({ type: 'loaded' })
  }

  reload(): void {
    this.#sentByMain = true
    void this.#page.then((page) => page.reload())
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler
  }

  postMessage(channel: string, message: unknown, transfer: Electron.MessagePortMain[] = []): void {
    const ports = transfer.map((port) => this.#carry(port as unknown as StandInPort))
    this.#toPage({ type: 'ipc', channel, given: [structuredClone(message)], ports })
  }

  async #prepare(page: Page, preload: string): Promise<Page> {
    await page.exposeBinding(toMainName, ({ frame }, message: FromPage) => this.#fromPage(message, frame))
    await page.addInitScript({ content: preloadScript(readFileSync(preload, 'utf8')) })
    await page.route('**/*', (route) => this.#onRequest(route))
    page.on('popup', (popup) => void this.#onPopup(popup))
    page.on('crash', () => this.tell('render-process-gone', {}, { reason: 'crashed', exitCode: 5 }))
    return page
  }

  async #onRequest(route: Route): Promise<void> {
    const request = route.request()
    if (
      request.isNavigationRequest() &&
      !this.#mayNavigate(toOwn(request.url()), request.frame().parentFrame() === null)
    ) {
      report({ type: 'denied', what: 'navigation', url: toOwn(request.url()) })
      return route.abort('aborted')
    }
    await standInSession.answer(route)
  }

  #mayNavigate(url: string, isMainFrame: boolean): boolean {
    if (this.#sentByMain) {
      this.#sentByMain = false
      return true
    }
    const event = Object.assign(new PreventableEvent(), { url, isMainFrame })
    this.tell('will-frame-navigate', event)
    return !event.defaultPrevented
  }

  async #onPopup(popup: Page): Promise<void> {
    const url = toOwn(popup.url())
    const answer = this.#openHandler?.({ url } as Electron.HandlerDetails) ?? { action: 'allow' }
    if (answer.action !== 'deny') throw new Error('the Electron stand-in does not open further windows')
    report({ type: 'denied', what: 'window', url })
    await popup.close()
  }

  #fromPage(message: FromPage, frame: Frame): unknown {
    switch (message.type) {
      case 'born':
        return this.#closePorts()
      case 'ipc':
        return deliverToMain(message.channel, this.#eventOf(frame), message.given)
      case 'invoke':
        return askMain(message.channel, this.#eventOf(frame), message.given)
      case 'port':
        return this.#ports.get(message.id)?.postMessage(message.data)
      case 'port-closed':
        return this.#ports.get(message.id)?.close()
    }
  }

  #eventOf(frame: Frame): object {
    const senderFrame = { url: toOwn(frame.url()), parent: frame.parentFrame() }
    return onlyDefined('event', { sender: this, senderFrame: onlyDefined('senderFrame', senderFrame) })
  }

  /** Ties a port that main gives away to one that the page gets. */
  #carry(port: StandInPort): number {
    const id = ++this.#lastPort
    this.#ports.set(id, port)
    port.on('message', ({ data }: { data: unknown }) => this.#toPage({ type: 'port', id, data }))
    port.on('close', () => {
      if (this.#ports.delete(id)) this.#toPage({ type: 'port-closed', id })
    })
    port.start()
    return id
  }

  /** A new document has taken the page: the ports of the one before are gone with it. */
  #closePorts(): void {
    for (const port of this.#ports.values()) port.close()
    this.#ports.clear()
  }

  closed(): void {
    this.#closePorts()
  }

  #toPage(message: ToPage): void {
    const deliver = ([name, message]: [string, ToPage]): void => {
      const receivers = globalThis as unknown as Record<string, (message: ToPage) => void>
      receivers[name]?.(message)
    }
    // A page that is being replaced or closed misses its messages, as in Electron.
    void this.#page.then((page) => page.evaluate(deliver, [toPageName, message] as [string, ToPage])).catch(() => {})
  }
}

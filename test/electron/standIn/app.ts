import type * as Electron from 'electron'
import { launchBrowser, type StandInBrowser } from './browser.ts'
import { PreventableEvent, StandInEmitter } from './onlyDefined.ts'
import { report, type Asked } from './report.ts'

type Face =
  | 'enableSandbox'
  | 'exit'
  | 'getPath'
  | 'isPackaged'
  | 'on'
  | 'once'
  | 'quit'
  | 'relaunch'
  | 'requestSingleInstanceLock'
  | 'whenReady'

const events = [
  'activate',
  'before-quit',
  'open-url',
  'second-instance',
  'web-contents-created',
  'will-quit',
  'window-all-closed',
]

/** `electron.app`: ready once Chromium runs, quits in Electron's order, says what it was told before it was ready. */
class StandInApp extends StandInEmitter implements Pick<Electron.App, Face> {
  readonly isPackaged = false
  readonly windows = new Set<{ close(): boolean }>()
  #browser: Promise<StandInBrowser> | undefined
  #ready = false
  #quitting = false

  constructor() {
    super('app', events)
    process.on('SIGTERM', () => this.quit())
    // The test has gone, perhaps by a crash: no window stays behind.
    process.on('disconnect', () => this.exit(1))
    process.on('message', (asked: Asked) => {
      if (asked.type === 'second-instance') this.tell('second-instance', {}, asked.given, '')
    })
  }

  /** Electron's folder of the application's own files; the test gives one for each start. */
  getPath(name: string): string {
    const folder = process.env['BITGAUGE_STAND_IN_USER_DATA']
    if (name !== 'userData' || folder === undefined) throw new Error(`the Electron stand-in has no path "${name}"`)
    return folder
  }

  relaunch({ args }: { args: string[] }): void {
    report({ type: 'relaunch', given: args })
  }

  get isReady(): boolean {
    return this.#ready
  }

  enableSandbox(): void {
    if (this.#ready) throw new Error('app.enableSandbox must be called before the app is ready')
    report({ type: 'sandbox' })
  }

  requestSingleInstanceLock(): boolean {
    report({ type: 'single-instance' })
    return true
  }

  async whenReady(): Promise<void> {
    await this.browser()
    this.#ready = true
  }

  browser(): Promise<StandInBrowser> {
    this.#browser ??= launchBrowser().then((browser) => {
      report({ type: 'browser', cdp: browser.cdp })
      return browser
    })
    return this.#browser
  }

  windowClosed(window: { close(): boolean }): void {
    this.windows.delete(window)
    if (this.windows.size === 0 && !this.#quitting) this.tell('window-all-closed')
  }

  quit(): void {
    if (this.#quitting) return
    const before = new PreventableEvent()
    this.tell('before-quit', before)
    if (before.defaultPrevented) return
    this.#quitting = true
    // A window that does not close keeps the program.
    if ([...this.windows].some((window) => !window.close())) {
      this.#quitting = false
      return
    }
    const event = new PreventableEvent()
    this.tell('will-quit', event)
    if (!event.defaultPrevented) this.exit(0)
  }

  exit(code = 0): void {
    void (this.#browser?.then((browser) => browser.close()) ?? Promise.resolve()).finally(() => process.exit(code))
  }
}

export const standInApp = new StandInApp()

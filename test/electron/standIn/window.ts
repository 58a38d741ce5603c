import type * as Electron from 'electron'
import { standInApp } from './app.ts'
import { onlyDefined, StandInEmitter } from './onlyDefined.ts'
import { report } from './report.ts'
import { StandInContents } from './webContents.ts'

type Face = 'close' | 'focus' | 'isMinimized' | 'loadURL' | 'on' | 'once' | 'restore' | 'show'

const open = new Set<StandInWindow>()

/** `BrowserWindow`: a page of Chromium in the size that was asked for. Its options are told to the test as they were given. */
export class StandInWindow extends StandInEmitter implements Pick<Electron.BrowserWindow, Face> {
  readonly webContents: Electron.WebContents
  readonly #contents: StandInContents
  readonly #page

  static getAllWindows(): StandInWindow[] {
    return [...open]
  }

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super('BrowserWindow', ['closed', 'ready-to-show'])
    if (!standInApp.isReady) throw new Error('cannot create a BrowserWindow before the app is ready')
    report({ type: 'window', options: structuredClone(options) })
    this.#page = standInApp.browser().then(({ context }) => context.newPage())
    this.#contents = new StandInContents(this.#page, options.webPreferences?.preload ?? '')
    this.webContents = onlyDefined('webContents', this.#contents) as unknown as Electron.WebContents
    open.add(this)
    standInApp.windows.add(this)
    standInApp.tell('web-contents-created', {}, this.webContents)
    void this.#page.then((page) => page.on('close', () => this.#closed()))
    return onlyDefined('BrowserWindow', this)
  }

  async loadURL(address: string): Promise<void> {
    await this.#contents.load(address)
    this.tell('ready-to-show')
  }

  close(): void {
    void this.#page.then((page) => page.close()).catch(() => {})
  }

  show(): void {}

  focus(): void {}

  restore(): void {}

  isMinimized(): boolean {
    return false
  }

  #closed(): void {
    open.delete(this)
    this.#contents.closed()
    this.tell('closed')
    standInApp.windowClosed(this)
  }
}

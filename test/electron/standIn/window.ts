import type * as Electron from 'electron'
import { standInApp } from './app.ts'
import { onlyDefined, PreventableEvent, StandInEmitter } from './onlyDefined.ts'
import { report, type Asked } from './report.ts'
import { StandInContents } from './webContents.ts'

type Face =
  | 'focus'
  | 'getNormalBounds'
  | 'isFocused'
  | 'isMaximized'
  | 'isMinimized'
  | 'loadURL'
  | 'maximize'
  | 'on'
  | 'once'
  | 'restore'
  | 'setProgressBar'
  | 'show'

const events = ['close', 'closed', 'maximize', 'moved', 'ready-to-show', 'resized', 'unmaximize']

const open = new Set<StandInWindow>()

/** `BrowserWindow`: a page of Chromium in the size that was asked for. Its options are told to the test as they were given. */
export class StandInWindow extends StandInEmitter implements Pick<Electron.BrowserWindow, Face> {
  readonly webContents: Electron.WebContents
  readonly #contents: StandInContents
  readonly #page
  readonly #bounds: Electron.Rectangle
  #focused = true
  #maximized = false

  static getAllWindows(): StandInWindow[] {
    return [...open]
  }

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super('BrowserWindow', events)
    if (!standInApp.isReady) throw new Error('cannot create a BrowserWindow before the app is ready')
    report({ type: 'window', options: structuredClone(options) })
    this.#page = standInApp.browser().then(({ context }) => context.newPage())
    this.#contents = new StandInContents(this.#page, options.webPreferences?.preload ?? '')
    this.webContents = onlyDefined('webContents', this.#contents) as unknown as Electron.WebContents
    open.add(this)
    standInApp.windows.add(this)
    standInApp.tell('web-contents-created', {}, this.webContents)
    void this.#page.then((page) => page.on('close', () => this.#closed()))
    const { x = 0, y = 0, width = 800, height = 600 } = options
    this.#bounds = { x, y, width, height }
    process.on('message', (asked: Asked) => {
      if (asked.type === 'close-window') this.close()
      if (asked.type === 'focus') this.#focused = asked.focused
    })
    return onlyDefined('BrowserWindow', this)
  }

  async loadURL(address: string): Promise<void> {
    await this.#contents.load(address)
    this.tell('ready-to-show')
  }

  /** False where a listener keeps it open. */
  close(): boolean {
    const event = new PreventableEvent()
    this.tell('close', event)
    if (!event.defaultPrevented) void this.#page.then((page) => page.close()).catch(() => {})
    return !event.defaultPrevented
  }

  getNormalBounds(): Electron.Rectangle {
    return this.#bounds
  }

  isFocused(): boolean {
    return this.#focused
  }

  isMaximized(): boolean {
    return this.#maximized
  }

  maximize(): void {
    this.#maximized = true
  }

  setProgressBar(progress: number, options?: Electron.ProgressBarOptions): void {
    report({ type: 'bar', progress, mode: options?.mode })
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

import { app, BrowserWindow, dialog, Menu, session, shell } from 'electron'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { openHost, sweepExports, writesExports } from '../host/index.ts'
import type { Host } from '../host/host.ts'
import { openLog } from '../host/log.ts'
import { defaultPaths } from '../host/paths.ts'
import { describeError, toErrorRecord } from '../shared/errors.ts'
import { addressOf, linkScheme, routeOfArguments, routeOfLink } from './deepLink.ts'
import { ChosenPaths, serveFileDialogs } from './fileDialogs.ts'
import { chooseHome, homeOfArguments } from './homeChoice.ts'
import { askForHome, restartWith } from './homes.ts'
import { serveHostPorts } from './hostPort.ts'
import { lockSession } from './lockdown.ts'
import { createMenu } from './menu.ts'
import { OrderlyQuit } from './orderlyQuit.ts'
import { servePage } from './pageScheme.ts'
import { openPageWindow, windowFiles } from './pageWindow.ts'
import { SettingsFile, withHome } from './settings.ts'
import { showJobs } from './shownJobs.ts'
import { utilityLauncher } from './utilityLauncher.ts'

/** Runs the desktop application from ready to quit: one home, one host, one window, and an orderly end. */
export async function runDesktop(bundle: string): Promise<void> {
  const paths = defaultPaths()
  const settings = new SettingsFile(join(app.getPath('userData'), 'desktop.json'), openLog(paths.home))
  const recent = settings.current.homes
  const home = chooseHome({ given: process.argv, environment: process.env, recent, usual: paths.home })
  const log = openLog(home)
  process.on('uncaughtException', (error) => fail(error, log))
  process.on('unhandledRejection', (error) => fail(error, log))
  await app.whenReady()
  const developer = !app.isPackaged
  const files = windowFiles(bundle)
  lockSession(session.defaultSession, developer)
  servePage(session.defaultSession, files.renderer)
  const launcher = utilityLauncher({ bundle, log })
  const chosen = new ChosenPaths()
  const host = await openHost({
    ...{ home, cache: paths.cache, launcher, log },
    allowPath: chosen.allow,
    allowTarget: writesExports(home),
  })
  settings.change({ homes: withHome(recent, home) })
  serveHostPorts(host.router, log)
  serveFileDialogs(home, chosen)
  sweepExports(home).catch((error: unknown) => log.warn({ err: error }, 'old exports could not be taken away'))
  new Desktop({ host, home, log, settings, files, developer }).start()
}

interface DesktopOptions {
  host: Host
  home: string
  log: Logger
  settings: SettingsFile
  files: ReturnType<typeof windowFiles>
  developer: boolean
}

/** One window on one host, and what the system tells the two. */
class Desktop {
  readonly #options: DesktopOptions
  readonly #quit: OrderlyQuit
  readonly #ended = new AbortController()
  #nextHome: string | null = null

  constructor(options: DesktopOptions) {
    this.#options = options
    this.#quit = new OrderlyQuit({
      host: options.host,
      log: options.log,
      onStay: () => (this.#nextHome = null),
      last: () => {
        this.#ended.abort()
        if (this.#nextHome !== null) restartWith(this.#nextHome, process.argv.slice(1))
      },
    })
  }

  start(): void {
    const { host, log } = this.#options
    if (app.isPackaged) app.setAsDefaultProtocolClient(linkScheme)
    this.#drawMenu()
    this.#open(routeOfArguments(process.argv))
    app.on('second-instance', (_event, given) => void this.#onSecondStart(given))
    app.on('activate', () => this.#show(null))
    app.on('open-url', (event, link) => {
      event.preventDefault()
      this.#show(routeOfLink(link))
    })
    app.on('window-all-closed', () => {
      if (process.platform !== 'darwin') app.quit()
    })
    const window = (): BrowserWindow | undefined => BrowserWindow.getAllWindows()[0]
    void showJobs({ host, window, show: (route) => this.#show(route), signal: this.#ended.signal, log })
  }

  #open(route: string | null): BrowserWindow {
    const { files, developer, log, settings } = this.#options
    const onPlace = (place: Parameters<SettingsFile['change']>[0]['window'] & object): void =>
      settings.change({ window: place })
    const window = openPageWindow({ ...files, developer, log, route, place: settings.current.window, onPlace })
    this.#quit.guard(window)
    return window
  }

  /** Brings the window to the front, with a page in it where one is named. */
  #show(route: string | null): void {
    const window = BrowserWindow.getAllWindows()[0]
    if (window === undefined) return void this.#open(route)
    if (window.isMinimized()) window.restore()
    window.focus()
    if (route === null) return
    window
      .loadURL(addressOf(route))
      .catch((error: unknown) => this.#options.log.warn({ err: error, route }, 'a page could not be shown'))
  }

  async #onSecondStart(given: readonly string[]): Promise<void> {
    this.#show(routeOfArguments(given))
    const other = homeOfArguments(given)
    if (other === null || other === this.#options.home) return
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message: 'Another home is open. Close it and open the one that was asked for?',
      detail: `Open: ${this.#options.home}\nAsked for: ${other}`,
      buttons: ['Stay here', 'Open the other'],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    })
    if (response === 1) this.#turnTo(other)
  }

  async #openHome(home: string | null): Promise<void> {
    const chosen = home ?? (await askForHome(this.#options.home))
    if (chosen !== null && chosen !== this.#options.home) this.#turnTo(chosen)
  }

  #turnTo(home: string): void {
    this.#nextHome = home
    app.quit()
  }

  #drawMenu(): void {
    const { developer, home, settings } = this.#options
    const menu = createMenu({
      developer,
      home,
      recent: settings.current.homes,
      go: (route) => this.#show(route),
      openHome: (chosen) => void this.#openHome(chosen),
      reveal: (what) => void shell.openPath(what === 'logs' ? join(home, 'logs') : home),
    })
    Menu.setApplicationMenu(menu)
  }
}

let failing = false

/** The last resort: the log has everything, the person one sentence, and the program ends rather than going on in an unknown state. */
function fail(error: unknown, log: Logger): void {
  log.fatal({ err: error }, 'the desktop application failed')
  if (failing) return
  failing = true
  dialog.showErrorBox('Bitgauge has to close', describeError(toErrorRecord(error)))
  app.exit(1)
}

import { BrowserWindow, nativeTheme, screen } from 'electron'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { addressOf } from './deepLink.ts'
import { pageAddress } from './pageAddress.ts'
import type { Place } from './settings.ts'
import { boundsOn } from './windowPlace.ts'

/** A page that crashes again within this time is not loaded again. */
const restartPause_ms = 10_000

export interface PageWindowOptions {
  /** the built preload script, CommonJS */
  preload: string
  icon: string
  developer: boolean
  log: Logger
  /** where it stood the last time; null: the system chooses */
  place: Place | null
  /** told where it stands whenever that changes */
  onPlace: (place: Place) => void
  /** the page that it shows first */
  route: string | null
}

/** Opens the window on our page. The page has no Node, lives in a sandbox and shares no world with the preload script. */
export function openPageWindow(options: PageWindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    ...boundsOn(
      options.place,
      screen.getAllDisplays().map(({ workArea }) => workArea),
    ),
    minWidth: 480,
    minHeight: 400,
    title: 'Bitgauge',
    icon: options.icon,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0f1214' : '#f5f6f7',
    webPreferences: {
      preload: options.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: options.developer,
    },
  })
  if (options.place?.maximized === true) window.maximize()
  window.once('ready-to-show', () => window.show())
  followPlace(window, options.onPlace)
  reviveAfterCrash(window, options.log)
  window
    .loadURL(options.route === null ? pageAddress : addressOf(options.route))
    .catch((error: unknown) => options.log.error({ err: error }, 'the page could not be loaded'))
  return window
}

/** The bounds are those of the window when it is not maximized, so that it shrinks to where it stood. */
function followPlace(window: BrowserWindow, onPlace: (place: Place) => void): void {
  const tell = (): void => {
    if (!window.isMinimized()) onPlace({ ...window.getNormalBounds(), maximized: window.isMaximized() })
  }
  window.on('resized', tell)
  window.on('moved', tell)
  window.on('maximize', tell)
  window.on('unmaximize', tell)
  // Linux tells of neither the end of a move nor of a change of size.
  window.on('close', tell)
}

/** Loads the page again after its process has crashed, but not in a circle. The host and its jobs are not touched. */
function reviveAfterCrash(window: BrowserWindow, log: Logger): void {
  let last_ms = -Infinity
  window.webContents.on('render-process-gone', (_event, details) => {
    log.error({ reason: details.reason, exitCode: details.exitCode }, 'the page’s process ended')
    const now_ms = performance.now()
    if (details.reason === 'clean-exit' || now_ms - last_ms < restartPause_ms) return
    last_ms = now_ms
    window.webContents.reload()
  })
}

/** Where electron-vite puts the files that belong to a window, seen from the main bundle's folder. */
export function windowFiles(bundle: string): { preload: string; renderer: string; icon: string } {
  return {
    preload: join(bundle, '..', 'preload', 'index.cjs'),
    renderer: join(bundle, '..', 'renderer'),
    icon: join(bundle, '..', '..', 'resources', 'icon.png'),
  }
}

import { BrowserWindow, nativeTheme } from 'electron'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { pageAddress } from './pageAddress.ts'

/** A page that crashes again within this time is not loaded again. */
const restartPause_ms = 10_000

export interface PageWindowOptions {
  /** the built preload script, CommonJS */
  preload: string
  icon: string
  developer: boolean
  log: Logger
}

/** Opens the window on our page. The page has no Node, lives in a sandbox and shares no world with the preload script. */
export function openPageWindow(options: PageWindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
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
  window.once('ready-to-show', () => window.show())
  reviveAfterCrash(window, options.log)
  window
    .loadURL(pageAddress)
    .catch((error: unknown) => options.log.error({ err: error }, 'the page could not be loaded'))
  return window
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

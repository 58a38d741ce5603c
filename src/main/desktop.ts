import { app, BrowserWindow, dialog, Menu, session } from 'electron'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { openHost } from '../host/index.ts'
import type { Host } from '../host/host.ts'
import { openLog } from '../host/log.ts'
import { defaultPaths } from '../host/paths.ts'
import { describeError, toErrorRecord } from '../shared/errors.ts'
import { serveHostPorts } from './hostPort.ts'
import { lockSession } from './lockdown.ts'
import { createMenu } from './menu.ts'
import { servePage } from './pageScheme.ts'
import { openPageWindow, windowFiles } from './pageWindow.ts'
import { utilityLauncher } from './utilityLauncher.ts'

/** Runs the desktop application from ready to quit: one host, one window, and an orderly end. */
export async function runDesktop(bundle: string): Promise<void> {
  const paths = defaultPaths()
  const log = openLog(paths.home)
  process.on('uncaughtException', (error) => fail(error, log))
  process.on('unhandledRejection', (error) => fail(error, log))
  const files = windowFiles(bundle)
  await app.whenReady()
  const developer = !app.isPackaged
  lockSession(session.defaultSession, developer)
  servePage(session.defaultSession, files.renderer)
  Menu.setApplicationMenu(createMenu(developer))
  const host = await openHost({ ...paths, launcher: utilityLauncher({ entry: join(bundle, 'compute.js'), log }), log })
  closeBeforeQuit(host, log)
  serveHostPorts(host.router, log)
  const open = () => openPageWindow({ ...files, developer, log })
  open()
  app.on('second-instance', () => showWindow(open))
  app.on('activate', () => showWindow(open))
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
}

/** A second start of the program shows the window of the first. */
function showWindow(open: () => BrowserWindow): void {
  const window = BrowserWindow.getAllWindows()[0] ?? open()
  if (window.isMinimized()) window.restore()
  window.focus()
}

/** Jobs are cancelled, compute has ended and the store is closed before the program goes. */
function closeBeforeQuit(host: Host, log: Logger): void {
  app.on('will-quit', (event) => {
    event.preventDefault()
    host
      .close()
      .catch((error: unknown) => log.error({ err: error }, 'the host did not close in order'))
      .finally(() => app.exit(0))
  })
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

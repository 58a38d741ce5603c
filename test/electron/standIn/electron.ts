import type * as Electron from 'electron'
import { standInApp } from './app.ts'
import { dialog, Menu, nativeTheme, Notification, screen, shell } from './furniture.ts'
import { ipcMain } from './ipcMain.ts'
import { onlyDefined } from './onlyDefined.ts'
import { StandInMessageChannel } from './messagePorts.ts'
import { protocol, session } from './session.ts'
import { utilityProcess } from './utilityProcess.ts'
import { StandInWindow } from './window.ts'

// The module `electron` as the main process sees it. A name that is not here fails when the bundle is linked.
export const app = onlyDefined('app', standInApp) as unknown as Electron.App
export const BrowserWindow = StandInWindow as unknown as typeof Electron.BrowserWindow
export const MessageChannelMain = StandInMessageChannel as unknown as typeof Electron.MessageChannelMain
export { dialog, ipcMain, Menu, nativeTheme, Notification, protocol, screen, session, shell, utilityProcess }

import type * as Electron from 'electron'
import { EventEmitter } from 'node:events'
import { onlyDefined } from './onlyDefined.ts'

const channels = new EventEmitter()

/** Hands a message of a page to whoever listens on its channel. */
export function deliverToMain(channel: string, event: unknown, given: readonly unknown[]): void {
  channels.emit(channel, event, ...given)
}

export const ipcMain = onlyDefined('ipcMain', {
  on: (channel: string, listener: Parameters<Electron.IpcMain['on']>[1]) => channels.on(channel, listener) as never,
}) satisfies Pick<Electron.IpcMain, 'on'>

import type * as Electron from 'electron'
import { EventEmitter } from 'node:events'
import { onlyDefined } from './onlyDefined.ts'

const channels = new EventEmitter()

/** Hands a message of a page to whoever listens on its channel. */
export function deliverToMain(channel: string, event: unknown, given: readonly unknown[]): void {
  channels.emit(channel, event, ...given)
}

type Handler = Parameters<Electron.IpcMain['handle']>[1]
const handlers = new Map<string, Handler>()

/** Asks the handler of a channel; what it gives or throws goes back to the page. */
export async function askMain(channel: string, event: unknown, given: readonly unknown[]): Promise<unknown> {
  const handler = handlers.get(channel)
  if (handler === undefined) throw new Error(`no handler for ${channel}`)
  return structuredClone(await (handler(event as Electron.IpcMainInvokeEvent, ...given) as unknown))
}

export const ipcMain = onlyDefined('ipcMain', {
  on: (channel: string, listener: Parameters<Electron.IpcMain['on']>[1]) => channels.on(channel, listener) as never,
  handle: (channel: string, handler: Handler) => void handlers.set(channel, handler),
}) satisfies Pick<Electron.IpcMain, 'handle' | 'on'>

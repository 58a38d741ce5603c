import { dialog, ipcMain, type IpcMainInvokeEvent, type OpenDialogOptions } from 'electron'
import { realpath, stat } from 'node:fs/promises'
import { basename, isAbsolute, resolve } from 'node:path'
import { saveExported, type AllowPath } from '../host/index.ts'
import {
  fileChannels,
  type ChooseFilesOptions,
  type ChosenFile,
  type FileAnswer,
  type SaveFileOptions,
} from '../shared/desktopFiles.ts'
import { AppError, toErrorRecord } from '../shared/errors.ts'
import { isPageAddress } from './pageAddress.ts'

/** The files that a person chose in a dialog or dropped on the window; calls of the page may read these and no others. */
export class ChosenPaths {
  readonly #paths = new Set<string>()

  /** @returns the path as calls name it: without links, so that a link that is turned later leads nowhere new */
  async add(path: string): Promise<ChosenFile | null> {
    const real = await realpath(path).catch(() => null)
    const stats = real === null ? null : await stat(real).catch(() => null)
    if (real === null || stats?.isFile() !== true) return null
    this.#paths.add(real)
    return { name: basename(path), bytes: stats.size, path: real }
  }

  readonly allow: AllowPath = (path) => {
    if (this.#paths.has(path)) return Promise.resolve(path)
    return Promise.reject(
      new AppError('forbidden', 'This file was not chosen in this window.', { hint: 'Choose it by its dialog.' }),
    )
  }
}

/**
 * Answers the page's wishes for files: a dialog to open, a dialog to save what was exported, and the path of a file that was dropped.
 *
 * @param home whose exports may be saved elsewhere
 */
export function serveFileDialogs(home: string, chosen: ChosenPaths): void {
  serve(fileChannels.choose, (given) => choose(chooseOptions(given), chosen))
  serve(fileChannels.dropped, (path) => dropped(path, chosen))
  serve(fileChannels.save, (given) => save(home, saveOptions(given)))
}

function serve<T>(channel: string, act: (given: unknown) => Promise<T>): void {
  ipcMain.handle(channel, async (event, given: unknown): Promise<FileAnswer<T>> => {
    try {
      assertOurs(event)
      return { value: await act(given) }
    } catch (thrown) {
      return { error: toErrorRecord(thrown) }
    }
  })
}

async function choose({ title, endings, multiple }: ChooseFilesOptions, chosen: ChosenPaths): Promise<ChosenFile[]> {
  const filters = endings.length === 0 ? [] : [{ name: title, extensions: [...endings] }]
  const options: OpenDialogOptions = {
    title,
    filters: [...filters, { name: 'All files', extensions: ['*'] }],
    properties: multiple ? ['openFile', 'multiSelections'] : ['openFile'],
  }
  const { canceled, filePaths } = await dialog.showOpenDialog(options)
  if (canceled) return []
  const files = await Promise.all(filePaths.map((path) => chosen.add(path)))
  return files.filter((file) => file !== null)
}

/** The preload script got the path from the system for a file that was dropped; a page cannot make one up. */
async function dropped(path: unknown, chosen: ChosenPaths): Promise<ChosenFile | null> {
  return typeof path === 'string' && isAbsolute(path) ? chosen.add(path) : null
}

async function save(home: string, { suggestedName, path }: SaveFileOptions): Promise<boolean> {
  const { canceled, filePath } = await dialog.showSaveDialog({ title: 'Save', defaultPath: suggestedName })
  if (canceled || filePath === '') return false
  await saveExported(home, path, resolve(filePath))
  return true
}

function assertOurs({ senderFrame }: IpcMainInvokeEvent): void {
  if (senderFrame !== null && senderFrame.parent === null && isPageAddress(senderFrame.url)) return
  throw new AppError('forbidden', 'Another page may not ask for files.')
}

function chooseOptions(given: unknown): ChooseFilesOptions {
  const { title, endings, multiple } = (given ?? {}) as Partial<Record<keyof ChooseFilesOptions, unknown>>
  const list = Array.isArray(endings) ? endings : []
  return {
    title: plainText(title, 'Choose a file'),
    endings: list.filter((one): one is string => typeof one === 'string' && /^[a-z0-9.]{1,20}$/i.test(one)),
    multiple: multiple === true,
  }
}

function saveOptions(given: unknown): SaveFileOptions {
  const { suggestedName, path } = (given ?? {}) as Partial<Record<keyof SaveFileOptions, unknown>>
  return { suggestedName: basename(plainText(suggestedName, 'export')), path: typeof path === 'string' ? path : '' }
}

function plainText(value: unknown, otherwise: string): string {
  if (typeof value !== 'string' || value === '') return otherwise
  return value.replace(/[\p{C}]/gu, '_').slice(0, 200)
}

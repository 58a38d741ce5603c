import { shallowReadonly, shallowRef, type ShallowRef } from 'vue'
import type { ChosenFile, FileAnswer } from '../../shared/desktopFiles.ts'
import { AppError } from '../../shared/errors.ts'
import type { DesktopBridge } from '../transport/desktopBridge.ts'
import { forgetArrived } from './arrivedUploads.ts'
import { uploadIdOf } from './uploads.ts'

export type { ChosenFile } from '../../shared/desktopFiles.ts'

export interface ChooseOptions {
  title: string
  /** endings without their dot, `csv.gz` among them; empty: every file */
  accept: readonly string[]
  multiple?: boolean
}

/** A wish for files that the browser's dialog answers, with the files that were dropped on the page to begin with. */
export interface FileRequest extends ChooseOptions {
  dropped: readonly File[]
  answer: (files: ChosenFile[]) => void
}

const request = shallowRef<FileRequest | null>(null)

/** What `FileChooser` shows; one wish at a time. */
export function useFileRequest(): Readonly<ShallowRef<FileRequest | null>> {
  return shallowReadonly(request)
}

export interface Files {
  /** What a person chose; none where they left the dialog. `path` is what calls of the contract take. */
  chooseFiles(options: ChooseOptions): Promise<ChosenFile[]>
  /** The same for files that were dropped on the page. */
  takeDropped(options: ChooseOptions, files: readonly File[]): Promise<ChosenFile[]>
  /** Tells that a call has read the files, so that what was uploaded for it can go. */
  release(files: readonly Pick<ChosenFile, 'path'>[]): Promise<void>
  /** A path for a call that writes a file to be saved with {@link saveFile}. */
  newExport(name: string): string
  /**
   * Lets a person keep an exported file: by the system's dialog, or by a download. False where the dialog was left.
   *
   * @param path of {@link newExport}, or the path that the engine answered with
   */
  saveFile(options: { suggestedName: string; path: string }): Promise<boolean>
}

/** Files in and out of this window, in the way that it has them: the system's dialogs, or upload and download. */
export function useFiles(): Files {
  const desktop = window.bitgauge?.desktop
  return { newExport, ...(desktop === undefined ? browserFiles : desktopFiles(desktop)) }
}

/** `export:` and 32 random digits, so that two exports never meet. */
function newExport(name: string): string {
  const digits = Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, '0'))
  const plain = name.replace(/[^\p{L}\p{N}\p{M} ._()+,=@-]/gu, '_').replace(/^[^\p{L}\p{N}_(]+/u, '')
  return `export:${digits.join('')}/${plain === '' ? 'export' : plain.slice(0, 100)}`
}

function desktopFiles(bridge: DesktopBridge): Omit<Files, 'newExport'> {
  return {
    chooseFiles: async ({ title, accept, multiple }) =>
      valueOf(await bridge.chooseFiles({ title, endings: endingsFor(accept), multiple: multiple === true })),
    takeDropped: async ({ multiple }, files) => {
      const wanted = multiple === true ? files : files.slice(0, 1)
      const found = await Promise.all(wanted.map(async (file) => valueOf(await bridge.droppedFile(file))))
      return found.filter((file) => file !== null)
    },
    release: () => Promise.resolve(),
    saveFile: async (options) => valueOf(await bridge.saveFile(options)),
  }
}

/** The system's filters know the last ending alone. */
function endingsFor(accept: readonly string[]): string[] {
  return [...new Set(accept.map((ending) => ending.split('.').at(-1) ?? ending))]
}

function valueOf<T>(answer: FileAnswer<T>): T {
  if ('value' in answer) return answer.value
  throw AppError.fromRecord(answer.error)
}

const browserFiles: Omit<Files, 'newExport'> = {
  chooseFiles: (options) => ask(options, []),
  takeDropped: (options, files) => ask(options, options.multiple === true ? files : files.slice(0, 1)),
  release: async (files) => {
    await Promise.all(files.map(({ path }) => removeUpload(path)))
  },
  saveFile: async ({ suggestedName, path }) => {
    const address = `/download?file=${encodeURIComponent(path)}`
    await assertThere(address)
    const link = document.createElement('a')
    link.href = address
    link.download = suggestedName
    link.click()
    return true
  },
}

function ask(options: ChooseOptions, dropped: readonly File[]): Promise<ChosenFile[]> {
  request.value?.answer([])
  return new Promise((resolve) => {
    const answer = (files: ChosenFile[]): void => {
      request.value = null
      resolve(files)
    }
    request.value = { ...options, dropped, answer }
  })
}

/** What is left goes by itself after a day, so a failure here matters to nobody. */
async function removeUpload(path: string): Promise<void> {
  const id = uploadIdOf(path)
  if (id === null) return
  forgetArrived(path)
  const headers = { 'tus-resumable': '1.0.0' }
  await fetch(`/uploads/${id}`, { method: 'DELETE', headers, credentials: 'same-origin' }).catch(() => undefined)
}

/** A link that leads to a refusal would save the refusal. */
async function assertThere(address: string): Promise<void> {
  const answer = await fetch(address, { method: 'HEAD', credentials: 'same-origin' }).catch(() => null)
  if (answer === null) throw new AppError('connection-lost', 'The connection to the engine was lost.')
  if (answer.ok) return
  if (answer.status === 401)
    throw new AppError('unauthorized', 'The session of this page has ended.', { hint: 'Open a new link.' })
  throw new AppError('not-found', 'The file is no longer there to be saved.', { hint: 'Export it again.' })
}

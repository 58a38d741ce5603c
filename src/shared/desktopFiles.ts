import type { ErrorRecord } from './errors.ts'

/** What the desktop's dialogs are asked and answer; the page, the preload script and the main process agree on it here. */

/** A file that a person chose. `path` is what calls of the contract take; it is good for this file and for this window's life. */
export interface ChosenFile {
  /** without its folders */
  name: string
  bytes: number
  path: string
}

export interface ChooseFilesOptions {
  title: string
  /** endings without their dot, as a filter that a person can turn off; empty: every file */
  endings: readonly string[]
  multiple: boolean
}

export interface SaveFileOptions {
  suggestedName: string
  /** an exported file: `export:…`, or the path that the engine answered with */
  path: string
}

/** What crosses between the two; an error as its record, because Electron would carry its text alone. */
export type FileAnswer<T> = { value: T } | { error: ErrorRecord }

/** The channels between the preload script and the main process. */
export const fileChannels = {
  choose: 'bitgauge:choose-files',
  dropped: 'bitgauge:dropped-file',
  save: 'bitgauge:save-file',
} as const

import type { FileListing } from '../../shared/contract/files.ts'

/** Lists a folder of those whose files may be read by name; `''` is the top. */
export type ListFiles = (folder: string) => Promise<FileListing>

/** Where files are chosen by a dialog of the system, or not at all. */
export const noLists: ListFiles = () => Promise.resolve({ served: false, folder: '', entries: [], more: 0 })

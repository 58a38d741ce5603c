import { isAbsolute, join, relative } from 'node:path'
import type { FileOfHome } from '../../shared/contract/computeFiles.ts'
import { AppError } from '../../shared/errors.ts'
import type { StoredModel } from '../../store/models/index.ts'

/** A stored model's file, as a job gets it. */
export function modelFile({ folder, record }: StoredModel): FileOfHome {
  return homeFile(folder, { file: record.file, sha256: record.fingerprint.slice('sha256:'.length) })
}

/** A file of a folder in the home, as a job gets it. Errors: those of {@link fileInside}. */
export function homeFile(folder: string, { file, sha256 }: { file: string; sha256: string }): FileOfHome {
  return { path: fileInside(folder, file), sha256 }
}

/**
 * The path of a file of a folder.
 *
 * @param file name from a manifest, which may have been tampered with
 * @throws AppError `store-damaged` where it leads out of the folder
 */
export function fileInside(folder: string, file: string): string {
  const path = join(folder, file)
  const inside = relative(folder, path)
  if (inside !== '' && !inside.startsWith('..') && !isAbsolute(inside)) return path
  throw new AppError('store-damaged', 'A manifest names a file outside its folder.', { found: file })
}

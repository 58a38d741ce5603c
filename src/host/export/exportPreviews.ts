import { createHash } from 'node:crypto'
import { canonicalJson } from '../../core/run/canonicalJson.ts'
import type { ExportPreview, PreviewedFile } from '../../shared/contract/exports.ts'
import { AppError } from '../../shared/errors.ts'
import type { StagedFolder } from './stagedFolder.ts'

/** Previews that are kept, the newest, and what they may hold together. */
const kept = { previews: 4, bytes: 200_000_000 }
/** Characters of a text file, and bytes of a picture, that a page is shown. */
const shown = { characters: 100_000, picture_bytes: 8_000_000 }

interface MadeFile {
  name: string
  format: string
  bytes: Uint8Array
}

/** Exports that were made in memory to be looked at. */
export class ExportPreviews {
  readonly #kept = new Map<string, MadeFile[]>()

  /**
   * All files of an export, made unless they are among the newest. Errors: those of `write`.
   *
   * @param of what was measured and what was asked for; what has the same has the same files
   */
  async make(of: unknown, write: (folder: StagedFolder) => Promise<void>): Promise<ExportPreview> {
    const key = keyOf(of)
    const files = this.#kept.get(key) ?? (await made(write))
    this.#kept.delete(key)
    this.#kept.set(key, files)
    this.#letGo()
    return { key, files: files.map(({ name, format, bytes }) => ({ name, format, bytes: bytes.length })) }
  }

  /** Errors: `not-found`. */
  read(key: string, name: string): PreviewedFile {
    const file = this.#kept.get(key)?.find((one) => one.name === name)
    if (file !== undefined) return previewed(file)
    throw new AppError('not-found', 'This preview is no longer kept.', { hint: 'Ask for it again.' })
  }

  #letGo(): void {
    const bytesOf = (files: readonly MadeFile[]): number => files.reduce((sum, { bytes }) => sum + bytes.length, 0)
    let total = [...this.#kept.values()].reduce((sum, files) => sum + bytesOf(files), 0)
    for (const [key, files] of this.#kept) {
      if (this.#kept.size <= 1 || (this.#kept.size <= kept.previews && total <= kept.bytes)) return
      this.#kept.delete(key)
      total -= bytesOf(files)
    }
  }
}

async function made(write: (folder: StagedFolder) => Promise<void>): Promise<MadeFile[]> {
  const files: MadeFile[] = []
  await write({
    write: async (name, format, given) => {
      files.push({ name, format, bytes: typeof given === 'string' ? Buffer.from(given) : given })
    },
  })
  return files
}

/** What is left out is another request than what is empty; JSON leaves it out too. */
function keyOf(of: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(of))))
    .digest('hex')
}

const pictures: Readonly<Record<string, 'image/svg+xml' | 'image/png'>> = { svg: 'image/svg+xml', png: 'image/png' }

function previewed({ name, format, bytes }: MadeFile): PreviewedFile {
  const about = { name, format, bytes: bytes.length }
  const mediaType = pictures[format]
  if (mediaType !== undefined && bytes.length <= shown.picture_bytes)
    return { ...about, content: { kind: 'picture', mediaType, base64: Buffer.from(bytes).toString('base64') } }
  if (mediaType !== undefined || format === 'pdf') return { ...about, content: { kind: 'none' } }
  const text = Buffer.from(bytes.subarray(0, 4 * shown.characters)).toString('utf8')
  const cut = text.length > shown.characters || bytes.length > 4 * shown.characters
  return { ...about, content: { kind: 'text', text: text.slice(0, shown.characters), cut } }
}

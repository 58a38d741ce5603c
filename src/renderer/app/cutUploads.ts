import { z } from 'zod'

/** An upload that has begun and not come to its end, of which this browser knows. */
export interface CutUpload {
  readonly name: string
  readonly bytes: number
  /** that have arrived */
  readonly arrived: number
}

/** What the upload library keeps of one that is under way. */
const keptSchema = z.object({
  size: z.number().min(1),
  metadata: z.object({ filename: z.string().min(1) }),
  uploadUrl: z.string().regex(/\/uploads\/[0-9a-f]{32}$/),
})

/**
 * The uploads that a reload or a cut has stopped, with what of each the host holds. A page cannot open a file again by itself: whoever chooses it again
 * goes on where it was. What the host no longer has is forgotten.
 */
export async function cutUploads(): Promise<CutUpload[]> {
  const keys = Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index) ?? '')
  const found = await Promise.all(keys.filter((key) => key.startsWith('tus::')).map(lookAt))
  return found.filter((one) => one !== null)
}

async function lookAt(key: string): Promise<CutUpload | null> {
  const kept = keptSchema.safeParse(parsed(localStorage.getItem(key) ?? ''))
  if (!kept.success) return null
  const { size, metadata, uploadUrl } = kept.data
  const { pathname } = new URL(uploadUrl, location.origin)
  const headers = { 'tus-resumable': '1.0.0' }
  const answer = await fetch(pathname, { method: 'HEAD', headers, credentials: 'same-origin' }).catch(() => null)
  if (answer?.status === 404) localStorage.removeItem(key)
  if (answer?.ok !== true) return null
  return { name: metadata.filename, bytes: size, arrived: Number(answer.headers.get('upload-offset') ?? 0) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

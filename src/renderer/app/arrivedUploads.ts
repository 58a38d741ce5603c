import { z } from 'zod'
import { uploadIdOf } from './uploads.ts'

/** An upload that the host holds as a whole and that no call has read yet. */
export interface ArrivedUpload {
  readonly name: string
  readonly bytes: number
  /** what calls of the contract take */
  readonly path: string
}

const prefix = 'bitgauge:arrived:'
const keptSchema = z.object({
  name: z.string().min(1),
  bytes: z.number().min(0),
  path: z.string().regex(/^upload:[0-9a-f]{32}$/),
})

/** Remembers that a file has arrived, so that a page that is loaded again does not ask for it a second time. */
export function keepArrived({ name, bytes, path }: ArrivedUpload): void {
  localStorage.setItem(prefix + path, JSON.stringify({ name, bytes, path }))
}

export function forgetArrived(path: string): void {
  localStorage.removeItem(prefix + path)
}

/** Those that the host still holds, by name; what it no longer has is forgotten. */
export async function arrivedUploads(): Promise<ArrivedUpload[]> {
  const keys = Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index) ?? '')
  const found = await Promise.all(keys.filter((key) => key.startsWith(prefix)).map(lookAt))
  return found.filter((one) => one !== null).sort((a, b) => a.name.localeCompare(b.name))
}

async function lookAt(key: string): Promise<ArrivedUpload | null> {
  const kept = keptSchema.safeParse(parsed(localStorage.getItem(key) ?? ''))
  if (!kept.success) return null
  const headers = { 'tus-resumable': '1.0.0' }
  const address = `/uploads/${uploadIdOf(kept.data.path) ?? ''}`
  const answer = await fetch(address, { method: 'HEAD', headers, credentials: 'same-origin' }).catch(() => null)
  if (answer?.status === 404) localStorage.removeItem(key)
  return answer?.ok === true ? kept.data : null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

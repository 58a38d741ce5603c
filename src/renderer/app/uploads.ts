import type { Upload } from 'tus-js-client'
import { AppError } from '../../shared/errors.ts'
import { errorRecordSchema } from '../../shared/errorRecord.ts'

/** Well below what the host takes in one request, so that a slow line loses little when it is cut. */
const chunk_bytes = 2 * 1024 * 1024
/** Pauses before further attempts; each chunk that arrives starts them afresh. */
const pauses_ms = [0, 500, 1000, 2000, 4000, 8000, 16_000]

export interface UploadTold {
  /** bytes that have arrived, of `file.size` */
  progress: (bytes: number) => void
  /** cancels it and takes away what has arrived */
  signal: AbortSignal
}

/**
 * Sends a file to the headless host; goes on after a cut where it was cut, also after this page was loaded again, where the same file is
 * chosen again.
 *
 * @returns the path that calls take
 * @throws AppError the host's refusal, `connection-lost` after many attempts, `cancelled`
 */
export async function upload(file: File, { progress, signal }: UploadTold): Promise<string> {
  const tus = await import('tus-js-client')
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const sending = new tus.Upload(file, {
      endpoint: `${location.origin}/uploads`,
      chunkSize: chunk_bytes,
      retryDelays: pauses_ms,
      metadata: { filename: file.name },
      removeFingerprintOnSuccess: true,
      onProgress: (sent) => progress(sent),
      onShouldRetry: (error) => {
        const status = statusOf(error)
        return status === 0 || status === 409 || status === 423 || status === 408 || status === 429 || status >= 500
      },
      onSuccess: () => {
        const id = /\/uploads\/([0-9a-f]{32})$/.exec(sending.url ?? '')?.[1]
        if (id === undefined)
          reject(new AppError('internal', 'The host answered in a way that this page does not know.'))
        else resolve(`upload:${id}`)
      },
      onError: (error) => reject(refusalOf(error)),
    })
    signal.addEventListener('abort', () => {
      void sending.abort(true).catch(() => undefined)
      reject(new AppError('cancelled', 'The upload was cancelled.'))
    })
    begin(sending, signal).catch((thrown: unknown) => reject(refusalOf(thrown)))
  })
}

async function begin(sending: Upload, signal: AbortSignal): Promise<void> {
  const before = await sending.findPreviousUploads().catch(() => [])
  const last = before.at(-1)
  if (last !== undefined) sending.resumeFromPreviousUpload(last)
  if (!signal.aborted) sending.start()
}

/** The digits of an upload's path; null for a path of another kind. */
export function uploadIdOf(path: string): string | null {
  return /^upload:([0-9a-f]{32})$/.exec(path)?.[1] ?? null
}

interface Answered {
  originalResponse?: { getStatus(): number; getBody(): string } | null
}

function statusOf(error: unknown): number {
  return (error as Answered).originalResponse?.getStatus() ?? 0
}

function refusalOf(error: unknown): AppError {
  const body = (error as Answered).originalResponse?.getBody() ?? ''
  const record = errorRecordSchema.safeParse(parsed(body)?.error)
  if (record.success) return AppError.fromRecord(record.data)
  return new AppError('connection-lost', 'The upload was cut off, and could not go on.', {
    hint: 'See that the host still runs, then try again: what has arrived is kept.',
    cause: error,
  })
}

function parsed(body: string): { error?: unknown } | null {
  try {
    return JSON.parse(body) as { error?: unknown } | null
  } catch {
    return null
  }
}

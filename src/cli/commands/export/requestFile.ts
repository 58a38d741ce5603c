import { readFile, stat } from 'node:fs/promises'
import { shownRequestSchema, type ShownRequest } from '../../../shared/contract/exports.ts'
import { AppError } from '../../../shared/errors.ts'

const largest_bytes = 1_000_000

/** What tables and charts a file asks for. Errors: `not-found`, `too-large`, `input-invalid`. */
export async function readRequestFile(path: string): Promise<ShownRequest> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new AppError('not-found', `There is no file ${path}.`)
  if (!found.isFile() || found.size > largest_bytes) {
    throw new AppError('too-large', `${path} cannot be a request for an export.`, {
      expected: `a file of at most ${largest_bytes} bytes`,
    })
  }
  const parsed = shownRequestSchema.safeParse(parsedJson(await readFile(path, 'utf8')))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new AppError('input-invalid', `${path} asks for no export.`, {
    expected: 'JSON: {"tables": […], "charts": […]}',
    found: `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`,
  })
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

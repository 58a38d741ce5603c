import { FileStore } from '@tus/file-store'
import { ERRORS, Server as TusServer } from '@tus/server'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Readable } from 'node:stream'
import { z } from 'zod'
import { AppError, type ErrorCode } from '../../shared/errors.ts'
import type { Limits } from '../limits.ts'
import type { UploadFolder } from './uploadFolder.ts'

export const uploadPath = '/uploads'

const chunkType = 'application/offset+octet-stream'

export interface UploadRouteOptions {
  uploads: UploadFolder
  limits: Pick<Limits, 'uploadChunk_bytes'>
  /** @throws AppError `unauthorized` */
  assertSession: (request: FastifyRequest) => void
}

/**
 * Resumable upload by the tus protocol 1.0.0 (tus.io): creation, PATCH of chunks, HEAD for where to go on, DELETE when used. What came of a
 * cut request is kept. Nothing can be read back: there is no GET.
 */
export async function addUploadRoutes(app: FastifyInstance, options: UploadRouteOptions): Promise<void> {
  options.uploads.prepare()
  const tus = tusServer(options.uploads)
  // One after the other, so that two creations do not both take the last room.
  let creating: Promise<unknown> = Promise.resolve()
  await app.register(async (scope) => {
    scope.addContentTypeParser(chunkType, (_request, payload, done) => done(null, payload))
    scope.addHook('onRequest', async (request) => options.assertSession(request))
    scope.post(uploadPath, async (request, reply) => {
      assertCreation(request)
      creating = creating.catch(() => undefined).then(() => pass(tus, request, reply))
      return creating
    })
    scope.head(`${uploadPath}/:id`, async (request, reply) => pass(tus, request, reply))
    scope.delete(`${uploadPath}/:id`, async (request, reply) => pass(tus, request, reply))
    scope.patch(`${uploadPath}/:id`, async (request, reply) => {
      assertChunk(request, options.limits.uploadChunk_bytes)
      return pass(tus, request, reply)
    })
  })
}

function tusServer(uploads: UploadFolder): TusServer {
  return new TusServer({
    path: uploadPath,
    datastore: new FileStore({ directory: uploads.folder, configstore: uploads }),
    relativeLocation: true,
    generateUrl: (_request, { path, id }) => `${path}/${id.slice(0, 32)}`,
    getFileIdFromRequest: (_request, digits) => uploads.nameOf(digits ?? ''),
    namingFunction: (_request, metadata) => uploads.newName(metadata?.['filename']),
    onUploadCreate: async (_request, upload) => {
      await uploads.assertRoom(upload.size ?? 0)
      return { metadata: {} }
    },
    // The answer's status is all that tus gives on; what we threw ourselves is thrown again by `pass`.
    onResponseError: (request, thrown) => {
      if (thrown instanceof AppError) refusals.set(request, thrown)
      return undefined
    },
  })
}

/** What was thrown of ours while tus worked on a request. */
const refusals = new WeakMap<object, AppError>()

/** Hands a request on to tus and gives its answer; a refusal leaves by our own way of refusing. */
async function pass(tus: TusServer, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const asked = webRequest(request)
  const answer = await tus.handleWeb(asked)
  if (answer.status >= 400) throw refusals.get(asked) ?? refusalOf(answer.status, await answer.text())
  for (const [name, value] of answer.headers) if (!name.startsWith('access-control-')) reply.header(name, value)
  return reply.code(answer.status).send(request.method === 'HEAD' ? undefined : '')
}

function webRequest(request: FastifyRequest): Request {
  const headers = new Headers()
  for (const name of ['content-length', 'content-type', ...tusHeaders]) {
    const value = request.headers[name]
    if (typeof value === 'string') headers.set(name, value)
  }
  const { method } = request
  const url = `http://localhost${request.url}`
  if (method !== 'PATCH') return new Request(url, { method, headers })
  const body = Readable.toWeb(request.raw) as ReadableStream<Uint8Array>
  return new Request(url, { method, headers, body, duplex: 'half' } as RequestInit)
}

/** All that tus hears of a request; none of the headers of proxies, and no other name for a method. */
const tusHeaders = ['tus-resumable', 'upload-length', 'upload-offset', 'upload-metadata']

const creationSchema = z.object({
  'upload-length': z.string().regex(/^\d{1,15}$/),
  'content-length': z.literal('0').optional(),
  'upload-defer-length': z.never().optional(),
  'upload-concat': z.never().optional(),
  'upload-metadata': z.string().max(4096).optional(),
})

function assertCreation({ headers }: FastifyRequest): void {
  if (creationSchema.safeParse(headers).success) return
  throw new AppError('input-invalid', 'The request is malformed.', {
    expected: 'Upload-Length, and no body; the content follows with PATCH',
  })
}

function assertChunk({ headers }: FastifyRequest, limit_bytes: number): void {
  const length = Number(headers['content-length'] ?? NaN)
  if (headers['content-type'] !== chunkType || Number.isNaN(length)) {
    throw new AppError('input-invalid', 'The request is malformed.', {
      expected: `a chunk of ${chunkType} with its Content-Length`,
    })
  }
  if (length > limit_bytes)
    throw new AppError('too-large', 'The chunk is too large.', { expected: `at most ${limit_bytes} bytes` })
}

const codes: Readonly<Record<number, ErrorCode>> = {
  404: 'not-found',
  410: 'not-found',
  409: 'conflict',
  413: 'too-large',
}

function refusalOf(status: number, text: string): unknown {
  if (status === ERRORS.FILE_WRITE_ERROR.status_code && text === ERRORS.FILE_WRITE_ERROR.body)
    return new AppError('disk-full', 'The upload cannot be written.', { hint: 'Make room on the disk of the home.' })
  if (status >= 500) return new Error(`tus answered ${status}`)
  const code = codes[status] ?? 'input-invalid'
  return new AppError(code, code === 'not-found' ? 'There is no such upload.' : 'The upload cannot go on.', {
    found: text.trim().slice(0, 100),
  })
}

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { openExported } from '../host/index.ts'
import { AppError } from '../shared/errors.ts'

export const downloadPath = '/download'

export interface DownloadRouteOptions {
  home: string
  /** @throws AppError `unauthorized` */
  assertSession: (request: FastifyRequest) => void
}

const querySchema = z.strictObject({ file: z.string().min(1).max(4096) })

/** `GET /download?file=…` gives a file below the home's exports to be saved, and nothing else of the home. */
export function addDownloadRoute(app: FastifyInstance, { home, assertSession }: DownloadRouteOptions): void {
  app.get(downloadPath, { onRequest: async (request) => assertSession(request) }, async (request, reply) => {
    const query = querySchema.safeParse(request.query)
    if (!query.success) throw new AppError('input-invalid', 'The request is malformed.', { expected: '?file=…' })
    const { file, name, bytes } = await openExported(home, query.data.file)
    void reply.headers({
      'content-type': 'application/octet-stream',
      'content-length': bytes,
      'content-disposition': attachment(name),
    })
    if (request.method === 'HEAD') {
      await file.close()
      return reply.send()
    }
    return reply.send(file.createReadStream({ end: Math.max(0, bytes - 1) }))
  })
}

/** RFC 6266: the name in ASCII for those who know no other, and as it is in UTF-8. */
function attachment(name: string): string {
  const plain = name.replace(/[^\w. ()+,=@-]/g, '_')
  const coded = encodeURIComponent(name).replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${coded}`
}

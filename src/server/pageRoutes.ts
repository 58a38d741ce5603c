import type { FastifyInstance, FastifyReply } from 'fastify'
import { AppError } from '../shared/errors.ts'
import { readPageFiles, type PageFile } from './pageFiles.ts'

/**
 * Serves the built page: `/` and the files below its folder, to anybody who asks by one of our names, since it holds no data.
 *
 * @throws AppError `not-found` where the folder holds no page
 */
export async function addPageRoutes(app: FastifyInstance, pages: string): Promise<void> {
  const files = await readPageFiles(pages)
  app.get('/', (_request, reply) => sendFile(reply, files.get('index.html')))
  app.get<{ Params: { '*': string } }>('/*', (request, reply) => {
    const name = request.params['*']
    // A built asset has its content's hash in its name.
    if (name.startsWith('assets/') && files.has(name))
      reply.header('cache-control', 'public, max-age=31536000, immutable')
    return sendFile(reply, files.get(name))
  })
}

function sendFile(reply: FastifyReply, file: PageFile | undefined): FastifyReply {
  if (file === undefined) throw new AppError('not-found', 'There is nothing at this address.')
  return reply.type(file.type).send(file.bytes)
}

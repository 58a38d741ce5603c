import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { realpath } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { AppError } from '../shared/errors.ts'
import { resolveInside } from './files.ts'

/**
 * Serves the built page: `/` and the files below its folder, to anybody who asks by one of our names, since it holds no data.
 *
 * @throws AppError `not-found` where the folder holds no page
 */
export async function addPageRoutes(app: FastifyInstance, pages: string): Promise<void> {
  const root = await pageRoot(pages)
  await app.register(fastifyStatic, { root, serve: false, index: false, dotfiles: 'deny', cacheControl: false })
  app.get('/', async (_request, reply) => reply.sendFile('index.html'))
  app.get<{ Params: { '*': string } }>('/*', async (request, reply) => {
    const real = await pageFile(root, request.params['*'])
    const name = relative(root, real).split(sep).join('/')
    // A built asset has its content's hash in its name.
    if (name.startsWith('assets/')) reply.header('cache-control', 'public, max-age=31536000, immutable')
    return reply.sendFile(name)
  })
}

async function pageRoot(pages: string): Promise<string> {
  try {
    await realpath(join(pages, 'index.html'))
    return await realpath(pages)
  } catch (thrown) {
    throw new AppError('not-found', 'There is no built page to serve.', {
      expected: join(pages, 'index.html'),
      hint: 'Run npm run build.',
      cause: thrown,
    })
  }
}

/** Names as the build writes them, none that begins with a dot; whatever else is asked for is not there. */
const plainName = /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/

async function pageFile(root: string, path: string): Promise<string> {
  if (!plainName.test(path)) throw new AppError('not-found', 'There is nothing at this address.')
  return resolveInside([root], path)
}

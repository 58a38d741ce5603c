import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { sweepExports } from '../host/index.ts'
import { addDownloadRoute } from './downloadRoute.ts'
import type { Limits } from './limits.ts'
import type { UploadFolder } from './uploads/uploadFolder.ts'
import { addUploadRoutes } from './uploads/uploadRoutes.ts'

const sweepEvery_ms = 60 * 60 * 1000

/**
 * The ways of files in and out, where the server was given them, and the taking away of what nobody came for.
 *
 * @param assertSession throws `unauthorized` for a request without a session
 * @returns stops the taking away
 */
export async function addFileRoutes(
  app: FastifyInstance,
  { home, uploads }: { home?: string; uploads?: UploadFolder },
  limits: Limits,
  assertSession: (request: FastifyRequest) => void,
  log: Logger,
): Promise<() => void> {
  if (home !== undefined) addDownloadRoute(app, { home, assertSession })
  if (uploads !== undefined) await addUploadRoutes(app, { uploads, limits, assertSession })
  const sweep = (): void => {
    const work = [uploads?.sweep(), home === undefined ? undefined : sweepExports(home)]
    Promise.all(work).catch((err: unknown) => log.warn({ err }, 'old files could not be taken away'))
  }
  sweep()
  const sweeper = setInterval(sweep, sweepEvery_ms).unref()
  return () => clearInterval(sweeper)
}

import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Socket } from 'node:net'
import type { Logger } from 'pino'
import { AppError } from '../shared/errors.ts'
import type { AllowedHost } from './allowedHosts.ts'
import type { Limits } from './limits.ts'
import { rawRefusal, refusalBody, statusOf } from './refusals.ts'
import { checkSource } from './requestChecks.ts'
import { helmetOptions, permissionsPolicy } from './securityHeaders.ts'
import { uploadPath } from './uploads/uploadRoutes.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** the name of ours that the request asked for */
    asked: AllowedHost | null
  }
}

export interface HttpAppOptions {
  limits: Limits
  /** the names that are answered to; empty until the port is known */
  hosts: () => readonly AllowedHost[]
  log: Logger
}

/**
 * An HTTP server that refuses what comes from elsewhere, bounds what it takes in, and answers every refusal with an error record. It has
 * no routes yet. Nothing of a request but its method and path is ever logged: no query, no header, no body.
 */
export async function createHttpApp(options: HttpAppOptions): Promise<FastifyInstance> {
  const app = fastify(serverOptions(options))
  app.server.maxConnections = options.limits.connections
  app.decorateRequest('asked', null)
  await app.register(helmet, helmetOptions(options.hosts))
  app.addHook('onRequest', async (request, reply) => {
    reply.header('permissions-policy', permissionsPolicy)
    reply.header('cache-control', 'no-store')
    checkMethod(request)
    checkTarget(request)
    request.asked = checkSource(request.raw, options.hosts(), !['GET', 'HEAD'].includes(request.method))
  })
  await app.register(cookie)
  await app.register(rateLimit, {
    max: options.limits.requestsAMinute,
    timeWindow: 60_000,
    errorResponseBuilder: () => new AppError('rate-limited', 'Too many requests.', { hint: 'Wait a minute.' }),
  })
  app.removeContentTypeParser('text/plain')
  app.setNotFoundHandler(() => {
    throw new AppError('not-found', 'There is nothing at this address.')
  })
  app.setErrorHandler((error, request, reply) => refuse(error, request, reply, options.log))
  app.addHook('onResponse', async (request, reply) => {
    options.log.debug({ ...traceOf(request), status: reply.statusCode }, 'request')
  })
  return app
}

function serverOptions({ limits, log }: HttpAppOptions) {
  return {
    logger: false,
    bodyLimit: limits.body_bytes,
    requestTimeout: limits.request_ms,
    keepAliveTimeout: limits.keepAlive_ms,
    forceCloseConnections: true,
    http: {
      maxHeaderSize: limits.headers_bytes,
      headersTimeout: limits.headers_ms,
      requestTimeout: limits.request_ms,
      // Node looks for late requests only this often.
      connectionsCheckingInterval: Math.min(5_000, limits.headers_ms),
    },
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) => refuseBroken(error, socket, log),
    frameworkErrors: (_error: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
      const body = refusalBody(new AppError('input-invalid', 'The address of the request is malformed.'))
      void reply.code(400).headers(bareHeaders).send(body)
    },
  }
}

/** For answers that are given before any hook runs. */
const bareHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}

class MethodRefused extends AppError {
  readonly allowed: string

  constructor(allowed: readonly string[]) {
    super('input-invalid', 'This method is not served.', { expected: `one of ${allowed.join(', ')}` })
    this.allowed = allowed.join(', ')
  }
}

const usualMethods = ['GET', 'HEAD', 'POST']
const uploadMethods = ['HEAD', 'PATCH', 'DELETE']

function checkMethod(request: FastifyRequest): void {
  const methods = request.raw.url?.startsWith(`${uploadPath}/`) === true ? uploadMethods : usualMethods
  if (!methods.includes(request.method)) throw new MethodRefused(methods)
}

/** A whole URL in place of a path is for proxies; its name would stand against `Host`. */
function checkTarget(request: FastifyRequest): void {
  if (request.raw.url?.startsWith('/') !== true)
    throw new AppError('input-invalid', 'The address of the request is malformed.')
}

function refuse(thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger): FastifyReply {
  const error = toAppError(thrown)
  const status = statusFor(thrown, error)
  const trace = { ...traceOf(request), status, code: error?.code ?? 'internal' }
  if (status >= 500) log.error({ ...trace, err: thrown }, 'request failed')
  else log.info(trace, 'request refused')
  if (thrown instanceof MethodRefused) reply.header('allow', thrown.allowed)
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send(refusalBody(error ?? thrown))
}

function statusFor(thrown: unknown, error: AppError | null): number {
  if (thrown instanceof MethodRefused) return 405
  if (error === null) return 500
  return (thrown as FastifyError).statusCode === 415 ? 415 : statusOf(error.code)
}

/** What Fastify itself throws for a request that is at fault; null for a defect of ours. */
function toAppError(thrown: unknown): AppError | null {
  if (thrown instanceof AppError) return thrown
  const status = (thrown as FastifyError).statusCode ?? 500
  if (status === 413) return new AppError('too-large', 'The body of the request is too large.')
  if (status >= 400 && status < 500) return new AppError('input-invalid', 'The request is malformed.')
  return null
}

/** What Node's parser gave up on. The error holds the raw bytes, cookies included: it is not logged. */
function refuseBroken(error: NodeJS.ErrnoException, socket: Socket, log: Logger): void {
  log.info({ reason: error.code }, 'connection refused')
  if (!socket.writable || socket.bytesWritten > 0 || error.code === 'ECONNRESET') return void socket.destroy()
  const [status, refusal] = brokenRefusal(error.code)
  socket.end(rawRefusal(refusal, status), () => socket.destroy())
}

function brokenRefusal(code: string | undefined): [number, AppError] {
  if (code === 'HPE_HEADER_OVERFLOW')
    return [431, new AppError('too-large', 'The headers of the request are too large.')]
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return [408, new AppError('connection-lost', 'The request took too long.')]
  return [400, new AppError('input-invalid', 'The request is malformed.')]
}

function traceOf(request: FastifyRequest): { method: string; path: string } {
  return { method: request.method, path: pathOf(request.raw.url) }
}

/** The path as it may be logged: no query, printable, short. */
export function pathOf(url: string | undefined): string {
  return (url ?? '')
    .replace(/[?#].*$/s, '')
    .replace(/[^\x21-\x7e]/g, '?')
    .slice(0, 200)
}

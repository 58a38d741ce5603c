import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { IncomingMessage } from 'node:http'
import type { Logger } from 'pino'
import { z } from 'zod'
import { AppError } from '../shared/errors.ts'
import { nextStep } from '../shared/nextSteps.ts'
import type { Limits } from './limits.ts'
import type { LinkTokens } from './linkTokens.ts'
import type { Session, Sessions } from './sessions.ts'

export interface SessionRouteOptions {
  limits: Limits
  tokens: LinkTokens
  sessions: Sessions
  /** browsers keep one cookie for all ports of a host; the port in its name keeps two servers apart */
  cookieName: () => string
  log: Logger
}

const bodySchema = z.strictObject({ token: z.string().min(1).max(128) })

/** `POST /session` exchanges a link's token for a cookie, `GET /session` says whether there is a session, `POST /session/end` ends it. */
export function addSessionRoutes(app: FastifyInstance, options: SessionRouteOptions): void {
  const { limits, sessions } = options
  const current = (request: FastifyRequest): Session | null => sessions.find(request.cookies[options.cookieName()])
  const rateLimit = { max: limits.tokensAMinute, timeWindow: 60_000 }
  app.post('/session', { bodyLimit: limits.tokenBody_bytes, config: { rateLimit } }, async (request, reply) => {
    redeem(request, options)
    if (current(request) === null) giveCookie(request, reply, options)
    return reply.code(204).send()
  })
  app.get('/session', async (request, reply) => {
    if (current(request) === null) throw noSession()
    return reply.code(204).send()
  })
  app.post('/session/end', { bodyLimit: limits.tokenBody_bytes }, async (request, reply) => {
    const session = current(request)
    if (session === null) throw noSession()
    sessions.end(session)
    return reply.clearCookie(options.cookieName(), { path: '/' }).code(204).send()
  })
}

/** @throws AppError `unauthorized` where the request has no open session */
export function assertSession(
  request: FastifyRequest,
  { sessions, cookieName }: Pick<SessionRouteOptions, 'sessions' | 'cookieName'>,
): void {
  if (sessions.find(request.cookies[cookieName()]) === null) throw noSession()
}

/** The session of an upgrade, which Fastify does not see. */
export function sessionOf(
  app: FastifyInstance,
  request: IncomingMessage,
  sessions: Sessions,
  cookieName: string,
): Session {
  const cookies = app.parseCookie(request.headers.cookie ?? '')
  const session = sessions.find(cookies[cookieName])
  if (session === null) throw noSession()
  return session
}

function redeem(request: FastifyRequest, { tokens, log }: SessionRouteOptions): void {
  const body = bodySchema.safeParse(request.body)
  if (!body.success) throw new AppError('input-invalid', 'The request is malformed.', { expected: '{"token": "…"}' })
  if (tokens.redeem(body.data.token)) return
  log.warn({ address: request.ip }, 'a token that is wrong or used was refused')
  throw new AppError('unauthorized', 'The link was used already, is too old, or is not one of this server.', {
    hint: newLinkHint,
  })
}

function giveCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  { sessions, cookieName, log }: SessionRouteOptions,
): void {
  const { secret, session } = sessions.open()
  log.info({ session: session.name, address: request.ip }, 'session opened')
  reply.setCookie(cookieName(), secret, {
    httpOnly: true,
    sameSite: 'strict',
    path: '/',
    secure: request.asked?.origin.startsWith('https:') === true,
  })
}

const newLinkHint = nextStep('open-new-link')

function noSession(): AppError {
  return new AppError('unauthorized', 'This page has no session, or its session has ended.', { hint: newLinkHint })
}

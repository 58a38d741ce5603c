import type { IncomingMessage } from 'node:http'
import { AppError } from '../shared/errors.ts'
import { nextStep } from '../shared/nextSteps.ts'
import type { AllowedHost } from './allowedHosts.ts'

/**
 * Checks where a request comes from, before anything else is looked at. `Host` must be one of ours, which stops a foreign name that was
 * made to resolve to this machine. `Origin` must be there on whatever changes state or opens a socket, and must belong to that
 * `Host` wherever it is there. `Sec-Fetch-Site`, which a page cannot forge, is believed where a browser sends it.
 *
 * @param changes true for what is no mere look: a POST, PATCH or DELETE, and an upgrade
 * @returns the allowed name that was asked for
 * @throws AppError `forbidden`
 */
export function checkSource(request: IncomingMessage, hosts: readonly AllowedHost[], changes: boolean): AllowedHost {
  const named = checkHost(request, hosts)
  const origin = single(request, 'origin')
  if (origin === undefined && changes)
    throw forbidden('The request does not say which page it comes from.', 'an Origin header')
  const match = origin === undefined ? named[0] : named.find((host) => host.origin === origin)
  if (match === undefined)
    throw forbidden('A page from elsewhere may not ask this.', `the origin ${named[0]?.origin}`, origin)
  if (isForeign(request, changes))
    throw forbidden('A page from elsewhere may not ask this.', 'a request from the same origin')
  return match
}

function checkHost(request: IncomingMessage, hosts: readonly AllowedHost[]): AllowedHost[] {
  const host = single(request, 'host')?.toLowerCase()
  const named = hosts.filter((allowed) => allowed.host === host)
  if (named.length > 0) return named
  throw new AppError('forbidden', 'This server does not answer to that name.', {
    found: host === undefined ? 'no Host header' : printableHost(host),
    hint: nextStep('allow-host'),
  })
}

/** True for what a browser says was caused by another site; opening the page by a link is not. */
function isForeign(request: IncomingMessage, changes: boolean): boolean {
  const site = single(request, 'sec-fetch-site')
  if (site === undefined || site === 'same-origin' || site === 'none') return false
  const opensPage = single(request, 'sec-fetch-mode') === 'navigate' && single(request, 'sec-fetch-dest') === 'document'
  return changes || !opensPage
}

/** A header that may come once; Node would keep the first `Host` and pass over the others. */
function single(request: IncomingMessage, name: string): string | undefined {
  const values = request.headersDistinct[name] ?? []
  if (values.length > 1) throw forbidden(`The request has more than one ${name} header.`, 'one')
  return values[0]
}

function forbidden(message: string, expected: string, found?: string): AppError {
  return new AppError('forbidden', message, { expected, found: found === undefined ? undefined : printableHost(found) })
}

function printableHost(text: string): string {
  return /^[\w.:[\]/-]{1,100}$/.test(text) ? text : 'something that is no name'
}

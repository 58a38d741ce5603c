import type { FastifyHelmetOptions } from '@fastify/helmet'
import type { IncomingMessage } from 'node:http'
import type { AllowedHost } from './allowedHosts.ts'

/**
 * Headers of every answer. The policy lets the page load from here alone, nothing inline, and speak only back to the name that it was asked
 * for by. Nothing is upgraded to https: the server itself speaks http.
 */
export function helmetOptions(hosts: () => readonly AllowedHost[]): FastifyHelmetOptions {
  const directives = {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'", (request: IncomingMessage) => socketOrigins(hosts(), request.headers.host)],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  }
  return {
    contentSecurityPolicy: { useDefaults: false, directives },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: { policy: 'require-corp' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  }
}

/** What the page may ask of the browser: nothing. */
export const permissionsPolicy = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'usb',
]
  .map((feature) => `${feature}=()`)
  .join(', ')

function socketOrigins(hosts: readonly AllowedHost[], host: string | undefined): string {
  return hosts
    .filter((allowed) => allowed.host === host?.toLowerCase())
    .map((allowed) => allowed.origin.replace(/^http/, 'ws'))
    .join(' ')
}

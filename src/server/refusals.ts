import { toErrorRecord, type ErrorCode } from '../shared/errors.ts'

const statuses: Partial<Record<ErrorCode, number>> = {
  'input-invalid': 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  'rate-limited': 429,
  'connection-lost': 408,
  'disk-full': 507,
}

/** The HTTP status of an error; 500 where it is a defect of ours. */
export function statusOf(code: ErrorCode): number {
  return statuses[code] ?? 500
}

/** The body of every refusal: `{"error": {code, message, expected?, found?, hint?, next?}}`. */
export function refusalBody(thrown: unknown): string {
  return JSON.stringify({ error: toErrorRecord(thrown) })
}

const reasons: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  507: 'Insufficient Storage',
}

/** A whole HTTP answer, for where there is a bare socket only. */
export function rawRefusal(thrown: unknown, status: number): string {
  const body = refusalBody(thrown)
  return [
    `HTTP/1.1 ${status} ${reasons[status] ?? 'Error'}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    '',
    body,
  ].join('\r\n')
}

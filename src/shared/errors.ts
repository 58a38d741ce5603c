import { stepInTerminal, type NextStep } from './nextSteps.ts'

/**
 * The closed list of error codes. A code is a promise to scripts: it is added, never renamed. The comment beside each says
 * when it is thrown; the message of the error itself says what was expected, what was found and what to do.
 */
export const errorCodes = [
  // anywhere
  'internal', // a defect of ours; its text is in the log only
  'cancelled', // somebody asked for the work to stop
  'usage-invalid', // the command line was wrong (exit code 2)
  'input-invalid', // a value from outside does not have its schema
  'not-found',
  'conflict', // the thing is not in the state that the call needs
  'permission-denied', // the operating system refused a file or folder
  'disk-full',
  // set-up of the TensorFlow library
  'platform-unsupported',
  'python-missing',
  'pip-missing',
  'compiler-missing',
  'download-failed',
  'hash-mismatch',
  'wheel-invalid',
  'addon-build-failed',
  'setup-busy', // another process is setting up in the same cache folder
  'library-missing', // set-up has not run
  'library-damaged', // set-up ran, and what it left has changed since
  // compute
  'compute-crashed',
  'compute-unavailable', // the process could not be started
  'job-interrupted', // the program that owned the job ended before the job did
  'device-unavailable',
  'out-of-memory',
  'self-test-failed',
  // store
  'store-newer', // written by a later version of Bitgauge
  'store-damaged',
  'store-busy', // another process holds the write lock for too long
  'migration-failed',
  'file-exists',
  // transports
  'unauthorized',
  'forbidden',
  'too-large',
  'rate-limited',
  'connection-lost',
  'port-in-use',
  // boards
  'host-key-unknown', // nothing is known of this server yet; the message has its fingerprint
  'host-key-changed', // another key than the one that was accepted
  'host-key-revoked',
  'authentication-refused',
  'secret-needed', // a password or passphrase that nobody gave, or a passphrase that is wrong
  'host-unreachable', // no such name, no answer, no SSH server
  'ssh-option-refused', // an option of the SSH configuration that would run a program
  'ssh-weak', // the server offers only algorithms that are not safe any more
  'timed-out',
  'board-busy', // another session profiles the board
  'board-failed', // what ran on the board ended otherwise than it should
  // numbers
  'bit-width-unsupported',
  'shape-mismatch',
  'non-finite-value',
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** Where in a file the fault lies; lines and columns count from 1. */
export interface ErrorPlace {
  file: string
  line: number
  column: number
}

/** An error as it crosses a process, a socket or standard output; its schema is in `errorRecord.ts`. */
export interface ErrorRecord {
  code: ErrorCode
  message: string
  expected?: string | undefined
  found?: string | undefined
  /** what to do, a sentence; in the words of the command line where there is a `next` */
  hint?: string | undefined
  /** what to do, for whoever has words of their own */
  next?: NextStep | undefined
  where?: ErrorPlace | undefined
  /** whom it is about where there are several, such as the name of a server on the way to a board */
  subject?: string | undefined
}

export interface AppErrorDetails {
  expected?: string | undefined
  found?: string | undefined
  /** what to do: a step where one names a command or a flag, else a sentence */
  hint?: string | NextStep | undefined
  where?: ErrorPlace | undefined
  subject?: string | undefined
  cause?: unknown
}

/** The one error type that is shown to people. Everything else is a defect and crosses as `internal`. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly expected: string | undefined
  readonly found: string | undefined
  readonly hint: string | undefined
  readonly next: NextStep | undefined
  readonly where: ErrorPlace | undefined
  readonly subject: string | undefined

  constructor(code: ErrorCode, message: string, details: AppErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'AppError'
    this.code = code
    this.expected = details.expected
    this.found = details.found
    this.next = typeof details.hint === 'object' ? details.hint : undefined
    this.hint = typeof details.hint === 'object' ? stepInTerminal(details.hint) : details.hint
    this.where = details.where
    this.subject = details.subject
  }

  static fromRecord(record: ErrorRecord): AppError {
    return new AppError(record.code, record.message, { ...record, hint: record.next ?? record.hint })
  }
}

/**
 * The record of any thrown value. What is not an {@link AppError} becomes `internal` with a fixed sentence, because its text may
 * hold paths, data or secrets; the caller logs the original.
 */
export function toErrorRecord(thrown: unknown): ErrorRecord {
  if (!(thrown instanceof AppError)) {
    return { code: 'internal', message: 'Something went wrong inside Bitgauge. The log has the details.' }
  }
  const record: ErrorRecord = { code: thrown.code, message: thrown.message }
  if (thrown.expected !== undefined) record.expected = thrown.expected
  if (thrown.found !== undefined) record.found = thrown.found
  if (thrown.hint !== undefined) record.hint = thrown.hint
  if (thrown.next !== undefined) record.next = thrown.next
  if (thrown.where !== undefined) record.where = thrown.where
  if (thrown.subject !== undefined) record.subject = thrown.subject
  return record
}

/** One line for a person: message, what was expected and found, what to do. */
export function describeError(record: ErrorRecord): string {
  const parts = [record.message]
  if (record.where !== undefined) parts.unshift(`${record.where.file}:${record.where.line}:${record.where.column}:`)
  if (record.expected !== undefined) parts.push(`Expected: ${record.expected}.`)
  if (record.found !== undefined) parts.push(`Found: ${record.found}.`)
  if (record.hint !== undefined) parts.push(record.hint)
  return parts.join(' ')
}

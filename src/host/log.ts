import { join } from 'node:path'
import { pino, type Logger } from 'pino'
import { makeFolder } from '../store/makeFolder.ts'
import { RotatedFile } from './rotatedFile.ts'

const secrets = ['password', 'passphrase', 'token', 'cookie', 'authorization', 'secret', 'privateKey']

/** Paths of pino's redaction: each secret's name at the top and up to three levels below it. */
const redactedPaths = secrets.flatMap((name) => ['', '*.', '*.*.', '*.*.*.'].map((prefix) => `${prefix}${name}`))

/**
 * The log of a home, `<home>/logs/bitgauge.log`, one JSON line an entry, readable by its owner alone. Past 5 MB it is set aside as
 * `bitgauge.log.1`, in place of the one before. Where it cannot be written the program goes on without one.
 */
export function openLog(home: string, level = 'info'): Logger {
  try {
    const folder = join(home, 'logs')
    makeFolder(folder)
    return createLog(new RotatedFile(join(folder, 'bitgauge.log')), level)
  } catch {
    return pino({ enabled: false })
  }
}

/** A log with our redaction into any stream. */
export function createLog(stream: { write(line: string): unknown }, level = 'info'): Logger {
  const redact = { paths: redactedPaths, censor: '[redacted]' }
  return pino({ level, base: { pid: process.pid }, redact }, stream as Parameters<typeof pino>[1] & object)
}

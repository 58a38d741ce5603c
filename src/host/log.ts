import { renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { destination, pino, type Logger } from 'pino'
import { makeFolder } from '../store/makeFolder.ts'

const largest_bytes = 5_000_000
const secrets = ['password', 'passphrase', 'token', 'cookie', 'authorization', 'secret', 'privateKey']

/** Paths of pino's redaction: each secret's name at the top and up to three levels below it. */
const redactedPaths = secrets.flatMap((name) => ['', '*.', '*.*.', '*.*.*.'].map((prefix) => `${prefix}${name}`))

/**
 * The log of a home, `<home>/logs/bitgauge.log`, one JSON line an entry, readable by its owner alone. Past 5 MB it is set aside as
 * `bitgauge.log.1` when it is next opened. Where it cannot be written the program goes on without one.
 */
export function openLog(home: string, level = 'info'): Logger {
  try {
    const folder = join(home, 'logs')
    makeFolder(folder)
    const file = join(folder, 'bitgauge.log')
    setAside(file)
    // Synchronous, because the command line ends right after its last line.
    const stream = destination({ dest: file, sync: true, append: true, mode: 0o600 })
    stream.on('error', () => {})
    return createLog(stream, level)
  } catch {
    return pino({ enabled: false })
  }
}

/** A log with our redaction into any stream. */
export function createLog(stream: { write(line: string): unknown }, level = 'info'): Logger {
  const redact = { paths: redactedPaths, censor: '[redacted]' }
  return pino({ level, base: { pid: process.pid }, redact }, stream as Parameters<typeof pino>[1] & object)
}

function setAside(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > largest_bytes) renameSync(file, `${file}.1`)
}

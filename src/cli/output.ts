import { AppError, describeError, toErrorRecord, type ErrorRecord } from '../shared/errors.ts'
import { failureEnvelope, successEnvelope } from '../shared/envelope.ts'
import { exitCodes, type Outcome } from './command.ts'

/** Prints a success: one JSON document, or text with its warnings. */
export function printOutcome(name: string, outcome: Outcome<unknown>, json: boolean): void {
  const warnings = outcome.warnings ?? []
  if (json) {
    process.stdout.write(`${JSON.stringify(successEnvelope(name, outcome.data, warnings), null, 2)}\n`)
    return
  }
  process.stdout.write(`${outcome.text}\n`)
  for (const warning of warnings) process.stderr.write(`warning: ${printable(warning.message)}\n`)
}

/** Prints a failure: one JSON document on standard output, or one line on standard error; a stack trace only with `--debug`. */
export function printFailure(name: string, thrown: unknown, options: { json: boolean; debug: boolean }): void {
  const record = toErrorRecord(thrown)
  if (options.json) process.stdout.write(`${JSON.stringify(failureEnvelope(name, record), null, 2)}\n`)
  else process.stderr.write(`bitgauge: ${printable(describeError(withDebugHint(record, options.debug)))}\n`)
  if (options.debug && thrown instanceof Error) process.stderr.write(`${thrown.stack ?? thrown.message}\n`)
}

export function exitCodeOf(thrown: unknown): number {
  if (!(thrown instanceof AppError)) return exitCodes.failed
  if (thrown.code === 'cancelled') return exitCodes.cancelled
  return thrown.code === 'usage-invalid' ? exitCodes.usage : exitCodes.failed
}

/** Takes out what could steer a terminal: control characters and direction overrides. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}

function withDebugHint(record: ErrorRecord, debug: boolean): ErrorRecord {
  if (record.code !== 'internal' || debug) return record
  return { ...record, hint: 'Run the command again with --debug to see it.' }
}

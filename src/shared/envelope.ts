import type { ErrorRecord } from './errors.ts'
import type { Warning } from './units.ts'

/** The one JSON document that `--json` prints; its schema is in `envelopeSchema.ts`. */
export type Envelope<T> =
  { schema: string; ok: true; data: T; warnings: Warning[] } | { schema: string; ok: false; error: ErrorRecord }

export function successEnvelope<T>(command: string, data: T, warnings: Warning[] = []): Envelope<T> {
  return { schema: `bitgauge/${command}/1`, ok: true, data, warnings }
}

export function failureEnvelope(command: string, error: ErrorRecord): Envelope<never> {
  return { schema: `bitgauge/${command}/1`, ok: false, error }
}

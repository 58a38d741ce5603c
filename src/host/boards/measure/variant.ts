import type { StoredResults } from '../../../core/profile/storedResults.ts'
import type { Summary } from '../../../core/profile/summarizeWindows.ts'
import type { QuantizedModel } from '../../../core/quantization/quantizedModel.ts'
import type { LiveProfile } from '../../../shared/contract/liveProfile.ts'
import type { ProfileResult } from '../../../shared/contract/profile.ts'

/** A quantized model with what it is measured on. */
export interface Variant {
  /** of the file, 64 hexadecimal digits */
  sha256: string
  bytes: Uint8Array
  model: QuantizedModel
  tokens: { bytes: Uint8Array; sha256: string; texts: number }
  live: NonNullable<LiveProfile['variant']>
  /** the host's evaluation; null where no text is compared */
  stored: (StoredResults & { run: string; kernels: string | null }) | null
}

/** A variant whose files lie on the machine that measures it. */
export interface PlacedVariant extends Variant {
  modelPath: string
  tokensPath: string
}

/** What of a profile was measured on the board. */
export type Measured = Pick<
  ProfileResult,
  | 'program'
  | 'core'
  | 'latency'
  | 'throughput'
  | 'memory'
  | 'sizes'
  | 'energy'
  | 'before'
  | 'after'
  | 'conditions'
  | 'accuracy'
  | 'equality'
  | 'shares'
  | 'duration_s'
> & { samples: Summary['samples'] }

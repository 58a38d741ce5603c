import type { TensorflowVariant } from '../../src/shared/contract/system.ts'

/** What is taken out of a wheel and where it goes. A `from` that ends in a slash is a folder, taken whole. */
export interface Take {
  from: string
  to: string
  /** needed to build the addon and removed afterwards */
  buildOnly?: boolean
}

/** One wheel by its content. `unpackedBytes` is the sum over the entries taken: the progress bar's total and an upper bound. */
export interface WheelPin {
  package: string
  version: string
  file: string
  bytes: number
  sha256: string
  unpackedBytes: number
  take: readonly Take[]
}

/** A TensorFlow library for one platform, as the wheels that hold it. */
export interface LibraryPin {
  variant: TensorflowVariant
  version: string
  /** `process.platform` and `process.arch` with a dash between */
  platform: string
  /** least glibc that the wheels' tag (`manylinux_2_27`) promises to run on */
  glibc: string
  wheels: readonly WheelPin[]
}

import type { Readable, Writable } from 'node:stream'

export interface ChannelEnd {
  code: number | null
  signal: string | null
}

/** A command under way. */
export interface CommandChannel {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** when it has ended and all of its output was read; rejects with `connection-lost` */
  readonly ended: Promise<ChannelEnd>
  /** gives it up on this side, whatever the other one does */
  destroy(): void
}

/** How commands reach a board. */
export interface CommandLine {
  /** Starts a program. Throws `connection-lost`. */
  open(argv: readonly string[]): Promise<CommandChannel>
}

import type { HostKey, KnownHostKey } from '../shared/contract/board.ts'
import type { Warning } from '../shared/units.ts'

export interface RunOptions {
  stdin?: Uint8Array
  /** gets whole lines of standard output as they come, without their ends */
  onLine?: (line: string) => void
  /** of standard output and standard error together */
  maxBytes: number
  timeout_ms: number
  /** a program that says nothing for so long hangs; left out: it may be silent */
  silence_ms?: number | undefined
  signal?: AbortSignal | undefined
}

/** Bytes that are no UTF-8 are replaced by U+FFFD. A status of 128 + n is told as signal n, as shells tell it. */
export interface RunResult {
  code: number | null
  signal: string | null
  stdout: string
  stderr: string
}

export interface UploadOptions {
  /** permissions of the file, such as 0o700 */
  mode: number
  /** of its content, 64 hexadecimal digits */
  sha256: string
  signal?: AbortSignal | undefined
  onProgress?: (bytes: number) => void
}

/** A board, once one is in. Every call fails with `connection-lost` where the line is cut, and with `cancelled` where its signal says so. */
export interface BoardConnection {
  readonly kind: 'ssh' | 'local'
  /** absolute; mode 0700, ours, no link */
  readonly cacheFolder: string
  /** keys of the servers that were passed, the board's last; none for `local` */
  readonly hostKeys: readonly SeenHostKey[]
  readonly warnings: readonly Warning[]
  /**
   * Runs a program by its argument list; no shell reads an argument. It is killed there too, with all that it started, when it is
   * aborted, takes too long or says too much, and when the connection is lost.
   *
   * @throws AppError `timed-out`, `too-large`, `cancelled`, `connection-lost`, `input-invalid` (a NUL in an argument)
   */
  run(argv: readonly string[], options: RunOptions): Promise<RunResult>
  /**
   * A file to a path below the cache folder: under a temporary name, its sha256 taken on the board, then renamed. Where it fails
   * nothing has that name that had not before.
   *
   * @throws AppError `hash-mismatch`, `disk-full`, `permission-denied`, `not-found`, `cancelled`, `connection-lost`, `conflict`
   */
  upload(localPath: string, remotePath: string, options: UploadOptions): Promise<void>
  /** @throws AppError `not-found`, `permission-denied`, `too-large`, `connection-lost` */
  readFile(remotePath: string, maxBytes: number): Promise<Uint8Array>
  exists(remotePath: string): Promise<boolean>
  /** Removes the cache folder or what lies below it; nothing else. Throws `forbidden`, `permission-denied`, `connection-lost`. */
  removeTree(remotePath: string): Promise<void>
  /** Median of a few single bytes there and back; 0 for `local`. Never inside a measurement. */
  roundTrip_ms(): Promise<number>
  /** Ends what still runs there. Safe to repeat. */
  close(): Promise<void>
}

/** Why the key of a server was taken. */
export interface SeenHostKey extends KnownHostKey {
  from: 'stored' | 'known-hosts' | 'accepted' | 'replaced'
}

/** What is known of the keys of servers. Entries of `stored` go before those of files; a key that a file revokes is never taken. */
export interface KnownKeys {
  stored: readonly KnownHostKey[]
  /** fingerprints to take where nothing is known of the server */
  accept?: readonly string[]
  /** fingerprints to take in the place of what is known, on purpose: `board trust` */
  replace?: readonly string[]
  /** files in the form of OpenSSH; left out: those of the SSH configuration, else the user's and the system's */
  files?: readonly string[]
}

export interface ServerSecrets {
  password?: string | undefined
  /** of the private keys that need one */
  passphrase?: string | undefined
}

/** Never stored here, never in a message. The board's are not offered to the servers on the way, nor a server's to another. */
export interface BoardSecrets extends ServerSecrets {
  /** of servers on the way, by the name of each, or by `name:port` */
  jumps?: Readonly<Record<string, ServerSecrets>> | undefined
  /**
   * Answers keyboard-interactive prompts of the board and of servers on the way, but for a first single prompt that is not echoed, which a password answers
   * where there is one; left out: nothing else is answered.
   */
  answer?: (prompts: readonly KeyboardPrompt[], server: { name: string; jump: boolean }) => Promise<readonly string[]>
}

export interface KeyboardPrompt {
  /** the server's words, cut and without control characters */
  prompt: string
  echo: boolean
}

export interface ConnectOptions {
  /** for each server that is passed; default 20 s */
  timeout_ms?: number
  signal?: AbortSignal | undefined
  /** time between signs of life; three without an answer, and the line counts as cut; default 15 s */
  keepalive_ms?: number
  /** absolute path on the board; default: `bitgauge-board` in the user's cache folder there */
  cacheFolder?: string
  /** is told of each server's key that is taken, once the server has proved that it has it, and before anybody logs in */
  onHostKey?: (seen: SeenHostKey) => void
  /** socket of the SSH agent; left out: `SSH_AUTH_SOCK`; null: no agent */
  agent?: string | null
}

export interface LocalOptions {
  /** absolute; made where it is missing */
  cacheFolder: string
}

export type { HostKey, KnownHostKey }

import type { Logger } from 'pino'
import type { BitgaugeClient } from '../shared/contract/index.ts'
import type { Job } from '../shared/contract/jobs.ts'
import type { BoardPatience } from './boards/patience.ts'
import type { ListFiles } from './files/fileLists.ts'
import type { ComputeLauncher } from './launcher.ts'
import type { AllowPath } from './models/allowPath.ts'

export interface HostOptions {
  /** folder of the store, its backups and the logs */
  home: string
  /** folder of what can be made again: the TensorFlow library and its addon */
  cache: string
  launcher: ComputeLauncher
  log: Logger
  /** which files calls may read by their path; left out: none, so that a caller from elsewhere opens no file of this machine */
  allowPath?: AllowPath
  /** which files calls may write, apart from reading: what may be imported must not be written over; left out: none */
  allowTarget?: AllowPath
  /** which files calls may list; left out: none, because a dialog of the system chooses them */
  listFiles?: ListFiles
  /** left out: {@link usualPatience} of boards */
  boardPatience?: Partial<BoardPatience>
}

/** The one service that a window, a browser and the command line speak to. */
export interface Host {
  /** oRPC router that implements the contract; transports serve it. */
  readonly router: import('./router.ts').HostRouter
  /** The contract's client, in process. */
  readonly client: BitgaugeClient
  /** The jobs that this program runs and that `close` would cancel; those of other programs on the home are not among them. */
  work(): Job[]
  /** Cancels what runs, waits for compute to end, closes the store. Safe to call again. */
  close(): Promise<void>
}

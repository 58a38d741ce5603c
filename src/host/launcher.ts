import type { SupportedMessagePort } from '@orpc/client/message-port'

/** A compute process that was started: a port to speak the compute contract over, and its life. */
export interface ComputeProcess {
  readonly pid: number
  readonly port: SupportedMessagePort
  /** Settles once, when the process has ended; never rejects. */
  readonly ended: Promise<ComputeEnd>
  /** Ends it at once (SIGKILL where there are signals); safe to call again. */
  kill(): void
}

export interface ComputeEnd {
  code: number | null
  signal: string | null
  /** the last lines the process wrote to its standard error, for the log only */
  lastWords: string
}

/**
 * Starts compute processes: a forked Node on the command line and the headless host, a utility process in Electron. Both start
 * the same program with a built environment; it lowers its own priority below the interface's.
 */
export interface ComputeLauncher {
  launch(environment: Readonly<Record<string, string>>): Promise<ComputeProcess>
}

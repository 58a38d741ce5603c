import type { SupportedMessagePort } from '@orpc/client/message-port'

/** A process that was started: a port to speak its contract over, and its life. */
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

/** What is started: the mathematics of jobs, or what takes long with all of the store. */
export type ChildProgram = 'compute' | 'store-keeper'

/**
 * Starts processes: a forked Node on the command line and the headless host, a utility process in Electron. Both start
 * the same programs with a built environment; they lower their own priority below the interface's.
 */
export interface ComputeLauncher {
  /** @param program left out: compute */
  launch(environment: Readonly<Record<string, string>>, program?: ChildProgram): Promise<ComputeProcess>
}

import { exitCodes } from './command.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The first Ctrl-C asks the work to stop, the second ends the program at once. */
export function listenForCancel(note: (line: string) => void): { signal: AbortSignal; dispose: () => void } {
  const controller = new AbortController()
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.cancelled)
    note('Stopping; press Ctrl-C again to end at once.')
    controller.abort()
  }
  for (const signal of signals) process.on(signal, onSignal)
  return {
    signal: controller.signal,
    dispose: () => signals.forEach((signal) => process.off(signal, onSignal)),
  }
}

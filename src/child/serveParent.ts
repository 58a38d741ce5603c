import { lowerPriority } from './lowerPriority.ts'
import { parentPort, type Port } from './parentPort.ts'

/** Serves the process that started this one until that one has gone, at a priority below what a person waits for. */
export function serveParent(handler: { upgrade(port: Port): void }): void {
  lowerPriority()
  // Ctrl-C in a terminal reaches every process of the command. What it means is the parent's to say, over the port.
  process.on('SIGINT', () => {})
  process.on('SIGHUP', () => {})
  // The parent has gone: nobody will read a result.
  process.on('disconnect', () => process.exit(0))
  handler.upgrade(parentPort())
}

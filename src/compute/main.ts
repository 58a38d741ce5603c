import { RPCHandler } from '@orpc/server/message-port'
import { createComputeRouter } from './router.ts'
import { lowerPriority } from './lowerPriority.ts'
import { parentPort } from './parentPort.ts'

lowerPriority()
// Ctrl-C in a terminal reaches every process of the command. What it means is the parent's to say, over the port.
process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})
// The parent has gone: nobody will read a result.
process.on('disconnect', () => process.exit(0))

new RPCHandler(createComputeRouter()).upgrade(parentPort())

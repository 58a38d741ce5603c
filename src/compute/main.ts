import { RPCHandler } from '@orpc/server/message-port'
import { serveParent } from '../child/serveParent.ts'
import { createComputeRouter } from './router.ts'

serveParent(new RPCHandler(createComputeRouter()))

import { RPCHandler } from '@orpc/server/message-port'
import { serveParent } from '../../child/serveParent.ts'
import { createKeeperRouter } from './router.ts'

serveParent(new RPCHandler(createKeeperRouter()))

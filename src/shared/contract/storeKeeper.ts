import type { ContractRouterClient } from '@orpc/contract'
import { z } from 'zod'
import { fileSchema } from '../units.ts'
import { call } from './base.ts'
import { storeCheckSchema } from './store.ts'

const homeSchema = z.string().min(1)

/** The contract of the process that looks after a store, spoken over its parent port. One call a process; killing it leaves the store as it was. */
export const storeKeeperContract = {
  /** Through a connection that can only read. `quick` leaves out the indexes' order and looks at a sample of rows and arrays. */
  check: call.input(z.strictObject({ home: homeSchema, quick: z.boolean() })).output(storeCheckSchema),
  /** Fills a backup that the host has begun; what is unfinished stays the host's to take away. */
  backup: call
    .input(z.strictObject({ home: homeSchema, name: z.string().regex(/^manual-[0-9A-Z_]+\.sqlite$/) }))
    .output(fileSchema),
}
export type StoreKeeperClient = ContractRouterClient<typeof storeKeeperContract>

import { implement } from '@orpc/server'
import { inspect } from 'node:util'
import { toTransportError } from '../../shared/contract/failure.ts'
import { storeKeeperContract } from '../../shared/contract/storeKeeper.ts'
import { AppError } from '../../shared/errors.ts'
import { checkStore, fillBackup } from '../../store/index.ts'

/** The contract of the process that looks after a store. */
export function createKeeperRouter() {
  const os = implement(storeKeeperContract).use(async ({ next }) => {
    try {
      return await next()
    } catch (thrown) {
      // Standard error goes into the host's log; the record that crosses the boundary says nothing of a defect's text.
      if (!(thrown instanceof AppError)) process.stderr.write(`${inspect(thrown)}\n`)
      throw toTransportError(thrown)
    }
  })
  return os.router({
    check: os.check.handler(({ input }) => checkStore(input)),
    backup: os.backup.handler(({ input }) => fillBackup(input)),
  })
}

import { anyPath, forkLauncher, openHost, openLog, type Host } from '../host/index.ts'
import type { CommandContext } from './command.ts'

/** Does work with the host of the command's home, which opens the files that the command names; closes it afterwards. */
export async function withHost<T>(context: CommandContext, work: (host: Host) => Promise<T>): Promise<T> {
  const log = openLog(context.home)
  const { home, cache } = context
  const launcher = forkLauncher({ log })
  const host = await openHost({ home, cache, launcher, log, allowPath: anyPath, allowTarget: anyPath })
  try {
    return await work(host)
  } finally {
    await host.close()
  }
}

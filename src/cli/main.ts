import { existsSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { defaultPaths } from '../host/paths.ts'

// Before anything else is loaded, so that what follows is compiled once and not at each start. Only below a folder that is there:
// Node makes the missing ones with a call that never returns for some names (below /proc; Node 24.21).
const paths = defaultPaths()
if (existsSync(paths.cache)) enableCompileCache(join(paths.cache, 'compiled'))
process.title = 'bitgauge'

// Started by another process (bin.mjs) that was killed: nobody waits for this one any more. It stops as when it is asked to, and leaves nothing behind.
if (process.channel !== undefined) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}

const { runProgram } = await import('./program.ts')
process.exitCode = await runProgram(process.argv.slice(2), paths)

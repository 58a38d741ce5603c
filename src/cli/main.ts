import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { defaultPaths } from '../host/paths.ts'

// Before anything else is loaded, so that what follows is compiled once and not at each start.
const paths = defaultPaths()
enableCompileCache(join(paths.cache, 'compiled'))
process.title = 'bitgauge'

const { runProgram } = await import('./program.ts')
process.exitCode = await runProgram(process.argv.slice(2), paths)

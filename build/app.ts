/** `npm run app`: the desktop window from a clone. Fetches Electron through its own installer when it is missing. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureRenderer } from './pages.ts'
import { root, run } from './tasks/run.ts'
import { setUp } from './tasks/setUp.ts'

const electron = join(root, 'node_modules', 'electron')

await setUp()
await ensureRenderer()
if (!existsSync(join(electron, 'path.txt')) && (await run(process.execPath, [join(electron, 'install.js')])) !== 0) {
  process.stderr.write(
    'bitgauge: Electron could not be fetched. Expected: its release server or a mirror named by ELECTRON_MIRROR. ' +
      'Use `bitgauge serve` for the same pages in a browser.\n',
  )
  process.exit(1)
}
process.exitCode = await run(process.execPath, [join(electron, 'cli.js'), root, ...process.argv.slice(2)])

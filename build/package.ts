/**
 * `npm run package`: the installable desktop application, into dist/package. `-- --dir` stops at the unpacked folder; `-- --target NAME …` makes other
 * kinds than AppImage and deb; `--electron-dist DIR` takes an unpacked Electron instead of fetching one.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build, Platform } from 'electron-builder'
import { defaultPaths } from '../src/host/paths.ts'
import { builderConfig } from './package/builderConfig.ts'
import { thirdPartyNotices } from './package/notices.ts'
import { stageBundled } from './package/stageBundled.ts'
import { ensureRenderer } from './pages.ts'
import { root } from './tasks/run.ts'
import { setUp } from './tasks/setUp.ts'

const { values: flags } = parseArgs({
  options: {
    dir: { type: 'boolean', default: false },
    target: { type: 'string', multiple: true },
    'electron-dist': { type: 'string' },
  },
})

await setUp()
await ensureRenderer()
const bundled = join(root, 'dist', 'bundled')
mkdirSync(bundled, { recursive: true })
await stageBundled(defaultPaths().cache, bundled)
writeFileSync(join(bundled, 'THIRD_PARTY_NOTICES.txt'), thirdPartyNotices(root))
const made = await build({
  projectDir: root,
  publish: 'never',
  targets: Platform.current().createTarget(flags.dir ? ['dir'] : flags.target),
  config: builderConfig(bundled, flags['electron-dist']),
})
process.stdout.write(made.map((file) => `${file}\n`).join(''))

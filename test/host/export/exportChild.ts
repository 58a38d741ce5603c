/** Makes an export in a process of its own: `exportChild.ts KIND OUT FORMATS`. Prints a line a file, or the error's code. */
import { basename } from 'node:path'
import { exportResults } from '../../../src/host/export/exportResults.ts'
import type { ExportFormat } from '../../../src/shared/contract/results.ts'
import { toErrorRecord } from '../../../src/shared/errors.ts'
import { smallHostileResults, smallResults } from './samples.ts'

const [kind = '', out = '', formats = ''] = process.argv.slice(2)
try {
  const results = kind === 'hostile' ? smallHostileResults() : smallResults()
  const { files } = await exportResults(results, { out, formats: formats.split(',') as ExportFormat[] })
  for (const { path, sha256 } of files) console.log(`${sha256} ${basename(path)}`)
} catch (thrown) {
  console.log(toErrorRecord(thrown).code)
}

/** `npm run docs:schemas`: the JSON Schema of every command's `--json` document, from the contract, into docs/format. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../tasks/run.ts'
import { commandDocuments } from './commandDocuments.ts'

for (const [name, schema] of Object.entries(commandDocuments())) {
  writeFileSync(join(root, 'docs', 'format', `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`)
}

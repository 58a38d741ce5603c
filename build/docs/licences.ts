/** `npm run docs:licences`: what Bitgauge stands on, from the lock file, into docs/licences.md. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../tasks/run.ts'
import { licencesPage, readPackages } from './licencesPage.ts'

writeFileSync(join(root, 'docs', 'licences.md'), licencesPage(readPackages(root)))

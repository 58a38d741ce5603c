/** `npm run docs:board-faults`: what comes of each fault of a board, from the table of the tests, into docs/guide/board-faults.md. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../tasks/run.ts'
import { boardFaultsPage } from './boardFaultsPage.ts'

writeFileSync(join(root, 'docs', 'guide', 'board-faults.md'), boardFaultsPage())

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { About } from '../../shared/contract/system.ts'
import { findUpwards } from '../resources.ts'
import { version } from '../version.ts'

/** What this copy of Bitgauge is, and where it keeps things. */
export class AboutService {
  readonly #folders: { home: string; cache: string }

  constructor(folders: { home: string; cache: string }) {
    this.#folders = folders
  }

  about(): About {
    const { home, cache } = this.#folders
    return { version, node: process.versions.node, licence: 'MIT', home, cache, logs: join(home, 'logs') }
  }

  licences(): { own: string; others: string } {
    return {
      own: readFileSync(findUpwards('LICENSE'), 'utf8'),
      others: readFileSync(findUpwards('docs/licences.md'), 'utf8'),
    }
  }
}

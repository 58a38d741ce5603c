import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { vi } from 'vitest'
import { filesInside } from '../e2e/journey/archive.ts'
import { mouseHand } from '../e2e/journey/hand.ts'
import { describeTheJourney } from '../e2e/journey/journey.ts'
import { openDesktop } from './standInShell.ts'

describeTheJourney({
  name: 'in the desktop application under the stand-in',
  open: () => openDesktop(),
  traveller: ({ page, ask }, folder) => ({
    hand: mouseHand(page),
    giveFiles: async (request, paths) => {
      ask({ type: 'answer', response: 0, paths: [...paths] })
      await request()
    },
    saved: async (save) => {
      const path = join(folder, 'saved.zip')
      ask({ type: 'answer', response: 0, paths: [path] })
      await save()
      await vi.waitFor(() => filesInside(readFileSync(path)), { timeout: 120_000 })
      return path
    },
  }),
})

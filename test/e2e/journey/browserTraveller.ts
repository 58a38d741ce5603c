import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { Hand } from './hand.ts'
import type { Traveller } from './travel.ts'

/** In a browser: files are uploaded by the page's dialog and saved as downloads. */
export function browserTraveller(page: Page, hand: Hand, folder: string): Traveller {
  return {
    hand,
    giveFiles: async (ask, paths) => {
      await ask()
      const dialog = page.getByRole('dialog')
      await dialog.locator('input[type="file"]').setInputFiles([...paths])
      await hand.press(dialog.getByRole('button', { name: /^Use \d/ }))
      await dialog.waitFor({ state: 'detached' })
    },
    saved: async (save) => {
      const [download] = await Promise.all([page.waitForEvent('download'), save()])
      const path = join(folder, download.suggestedFilename())
      await download.saveAs(path)
      return path
    },
  }
}

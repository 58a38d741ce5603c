import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findIds } from '../../build/docs/screenshots/findIds.ts'
import { least, prepareHomes, type Homes } from '../../build/docs/screenshots/homes.ts'
import { Screen, settle, turnTo } from '../../build/docs/screenshots/screen.ts'
import { shots, type Ids } from '../../build/docs/screenshots/shots.ts'
import { ensureRenderer } from '../../build/pages.ts'
import { colourViolations, violations } from './accessibility.ts'
import { describeInChromium } from './chromium.ts'

const size = { width: 1280, height: 800 }
/** A rule that is broken is broken while a chart is drawn, too. */
const quick = { still_ms: 300 }

describeInChromium('every page in every state that is pictured', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-states-'))
  let homes: Homes

  beforeAll(async () => {
    await ensureRenderer()
    homes = await prepareHomes(folder, () => {}, least)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  describe.each(['empty', 'small'] as const)('on the %s home', (home) => {
    let screen: Screen
    let ids: Ids
    /** goes from one to the next of the states that are an address and nothing more */
    let walker: Page

    beforeAll(async () => {
      ids = await findIds(homes[home])
      screen = await Screen.open(homes[home], quick)
      walker = await screen.page('/start', size, 'light')
    })
    afterAll(() => screen.close())

    it.each(shots.filter((shot) => shot.home === home))(
      'has no violation that axe finds, light and dark: $name',
      async ({ at, line, act }) => {
        if (line === undefined && act === undefined) {
          await walker.emulateMedia({ colorScheme: 'light' })
          await turnTo(walker, at(ids))
          await settle(walker, quick)
          expect(await look(walker)).toEqual([])
        } else {
          const page = await screen.page(at(ids), size, 'light', line)
          if (act !== undefined) await act(page).then(() => settle(page, { waits: false, ...quick }))
          expect(await look(page)).toEqual([])
          // A server has room for a few lines alone.
          await page.context().close()
        }
      },
    )
  })
})

async function look(page: Page): Promise<string[]> {
  const light = await violations(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.locator('html[data-theme="dark"]').waitFor()
  const dark = await colourViolations(page)
  return [...light.map((one) => `light: ${one}`), ...dark.map((one) => `dark: ${one}`)]
}

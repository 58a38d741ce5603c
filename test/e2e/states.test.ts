import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findIds } from '../../build/docs/screenshots/findIds.ts'
import { least, prepareHomes, type Homes } from '../../build/docs/screenshots/homes.ts'
import { Screen, settle } from '../../build/docs/screenshots/screen.ts'
import { shots, type Ids, type Shot } from '../../build/docs/screenshots/shots.ts'
import { ensureRenderer } from '../../build/pages.ts'
import { violations } from './accessibility.ts'
import { describeInChromium } from './chromium.ts'

const size = { width: 1280, height: 800 }

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

    beforeAll(async () => {
      ids = await findIds(homes[home])
      screen = await Screen.open(homes[home])
    })
    afterAll(() => screen.close())

    // Most of a page's time goes by waiting: some are looked at side by side.
    describe.concurrent('has no violation that axe finds', () => {
      it.each(shots.filter((shot) => shot.home === home))(
        '$name, light and dark',
        { timeout: 240_000 },
        async (shot) => {
          expect(await look(screen, shot, shot.at(ids))).toEqual([])
        },
      )
    })
  })
})

async function look(screen: Screen, { line, act }: Shot, address: string): Promise<string[]> {
  const page = await screen.page(address, size, 'light', line)
  try {
    return await lookAt(page, act)
  } finally {
    // A server has room for a few lines alone.
    await page.context().close()
  }
}

async function lookAt(page: Page, act: Shot['act']): Promise<string[]> {
  if (act !== undefined) await act(page).then(() => settle(page, false))
  const light = await violations(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.locator('html[data-theme="dark"]').waitFor()
  const dark = await violations(page)
  return [...light.map((one) => `light: ${one}`), ...dark.map((one) => `dark: ${one}`)]
}

import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { run } from '../cli/program.ts'
import { FaultyBoard } from '../host/boards/faults/faultyBoard.ts'
import { makeHome, model } from '../host/boards/faults/faultyHome.ts'
import { lacksSshServer, skipWithoutSshServer } from '../remote/sshServer.ts'
import { describeInChromium, patience_ms } from './chromium.ts'
import { endAll } from './endAll.ts'
import { openWindow, type OpenWindow } from './openWindow.ts'
import { tempHome } from './tempHome.ts'

vi.setConfig({ testTimeout: 6 * patience_ms })

/** No pointer touches the page: what is done here, keys do. */
describeInChromium('the page of boards by the keyboard alone', () => {
  const withoutServer = skipWithoutSshServer()
  const skipped = lacksSshServer() !== null
  const home = tempHome()
  let board: FaultyBoard
  let open: OpenWindow
  let page: Page

  beforeAll(async () => {
    if (withoutServer) return
    await makeHome(home.path)
    // Its compiler gives a program that was compiled before.
    board = await FaultyBoard.start('bench')
    const { server } = board
    const address = `${server.user}@127.0.0.1:${server.port}`
    await run(['board', 'add', 'bench', address, '--key', server.key, '--no-config', '--home', home.path])
    open = await openWindow(home.path)
    page = open.page
  }, 4 * patience_ms)

  afterAll(async () => {
    await endAll(
      () => board?.stop(),
      () => open?.end(),
    )
    home.remove()
  })

  it.skipIf(skipped)('is reached, its boards are gone through, and the key of one is taken', async () => {
    await page.keyboard.press('g')
    await page.keyboard.press('b')
    await tabTo(row('local'))
    await page.keyboard.press('End')
    await isFocused(row('bench'))
    await page.keyboard.press('ArrowUp')
    await isFocused(row('local'))
    await page.keyboard.press('ArrowDown')
    await isFocused(row('bench'))
    await tabTo(page.getByRole('button', { name: 'Ask for its key' }))
    await page.keyboard.press('Enter')
    await page.getByText(board.server.hostKey.fingerprint).waitFor()
    await tabTo(page.getByRole('button', { name: 'It is its key: trust it and connect' }))
    await page.keyboard.press('Enter')
    await row('bench')
      .getByText(/^Trusted, seen/)
      .waitFor()
  })

  it.skipIf(skipped)('lets a board be checked and measured', async () => {
    await tabTo(page.getByRole('button', { name: 'Check', exact: true }))
    await page.keyboard.press('Enter')
    await page.getByText(/^Checked: the program/).waitFor()
    await page.keyboard.press('p')
    const asked = page.getByRole('dialog', { name: 'Profile on bench' })
    await tabTo(asked.locator(`[data-model="${model}"] input`))
    await page.keyboard.press('Space')
    await tabTo(asked.getByRole('button', { name: 'Profile', exact: true }))
    await page.keyboard.press('Enter')
    await asked.waitFor({ state: 'detached' })
    await panel('Figures')
      .getByRole('button', { name: 'Repeat' })
      .waitFor({ timeout: 2 * patience_ms })
  })

  it.skipIf(skipped)('lets figures be read as tables, and what is drawn be chosen', async () => {
    const latency = panel('Latency')
    await tabTo(latency.getByRole('button', { name: 'Show as table' }).first())
    await page.keyboard.press('Enter')
    await latency.getByRole('table').first().waitFor()
    const drawn = page.getByRole('button', { name: 'What is drawn' })
    await tabTo(drawn)
    await page.keyboard.press('Enter')
    const size = page.getByRole('menuitem', { name: 'Against size' })
    await size.waitFor()
    for (let k = 0; k < 5 && !(await isAt(size)); k += 1) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await panel('Accuracy against size').waitFor()
    await tabTo(panel('Device against host').locator('[data-profile]'))
    await page.keyboard.press('Enter')
    await expect.poll(() => page.url()).toContain('profile=')
  })

  it.skipIf(skipped)('gives the focus back where a dialog is left, and lets a board be removed', async () => {
    await tabTo(page.getByRole('button', { name: /^Add/ }))
    await page.keyboard.press('Enter')
    await isFocused(page.getByRole('dialog', { name: 'Add a board' }).getByLabel('Address'))
    await page.keyboard.press('Escape')
    await isFocused(page.getByRole('button', { name: /^Add/ }))
    await tabTo(page.getByRole('button', { name: 'More of bench' }))
    await page.keyboard.press('Enter')
    const remove = page.getByRole('menuitem', { name: 'Remove…' })
    await remove.waitFor()
    for (let k = 0; k < 5 && !(await isAt(remove)); k += 1) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    const question = page.getByRole('dialog', { name: 'Remove bench?' })
    await tabTo(question.getByRole('button', { name: 'Remove', exact: true }))
    await page.keyboard.press('Enter')
    await row('bench').waitFor({ state: 'detached' })
    await page.getByText('Removed bench; its cache folder is cleared.').waitFor()
  })

  const panel = (title: string): Locator => page.getByRole('region', { name: title, exact: true })
  const row = (name: string): Locator => page.locator(`[data-board="${name}"]`)
  const isAt = (wanted: Locator): Promise<boolean> => wanted.evaluate((one) => one.ownerDocument.activeElement === one)

  async function isFocused(wanted: Locator): Promise<void> {
    await wanted.and(page.locator(':focus')).waitFor()
  }

  /** Goes on by Tab until what is wanted has the focus. */
  async function tabTo(wanted: Locator): Promise<void> {
    await wanted.waitFor()
    for (let k = 0; k < 80; k += 1) {
      if (await isAt(wanted)) return
      await page.keyboard.press('Tab')
    }
    throw new Error(`No Tab leads to ${String(wanted)}.`)
  }
})

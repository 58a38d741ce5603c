import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { run } from '../cli/program.ts'
import { FaultyBoard, long } from '../host/boards/faults/faultyBoard.ts'
import { makeHome, model } from '../host/boards/faults/faultyHome.ts'
import { startAsking, type AskingServer } from '../remote/askingServer.ts'
import { lacksSshServer, skipWithoutSshServer } from '../remote/sshServer.ts'
import { violations } from './accessibility.ts'
import { describeInChromium, patience_ms } from './chromium.ts'
import { endAll } from './endAll.ts'
import { openWindow, type OpenWindow } from './openWindow.ts'
import { openAt } from './startPage.ts'

vi.setConfig({ testTimeout: 6 * patience_ms })

/** Each profile is held in its second window, which lasts until somebody ends it: nothing here races a measurement. */
describeInChromium('a profile in the window while things break', () => {
  const withoutServer = skipWithoutSshServer()
  const skipped = lacksSshServer() !== null
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-board-faults-'))
  const home = join(folder, 'home')
  let open: OpenWindow
  let page: Page
  let board: FaultyBoard
  let asking: AskingServer

  beforeAll(async () => {
    if (withoutServer) return
    await makeHome(home)
    board = await FaultyBoard.start('bench')
    // What asks for a code is the same machine by another server.
    const path = { PATH: `${join(board.folder, 'bin')}:${process.env['PATH']}` }
    asking = await startAsking([{ prompt: 'Code: ', echo: false, answer: 'otter-7' }], path)
    await added('bench', `board@127.0.0.1:${board.line.port}`, board.server.hostKey.fingerprint)
    open = await openWindow(home)
    page = open.page
    await openAt(page, '/boards/bench')
    await page.getByText('Not profiled yet').waitFor()
  }, 4 * patience_ms)

  afterAll(async () => {
    await endAll(
      () => board?.stop(),
      () => asking?.stop(),
      () => open?.end(),
    )
    rmSync(folder, { recursive: true, force: true })
  })

  beforeEach(() => board?.clear())

  it.skipIf(skipped)('goes on while its page is loaded again, and no sample is lost', async () => {
    await holds(async () => {
      await page.keyboard.press('p')
      const asked = page.getByRole('dialog', { name: 'Profile on bench' })
      await asked.locator(`[data-model="${model}"] input`).check()
      await asked.getByLabel('Compare with the host on').selectOption('0')
      await asked.getByLabel('Texts that are timed').fill('4')
      await asked.getByLabel('Throughput at batch').fill('1')
      await asked.getByRole('button', { name: 'Profile', exact: true }).click()
      await asked.waitFor({ state: 'detached' })
    })
    await moreSamples(page, 0)
    const before = await samples(page)
    expect(await violations(page)).toEqual([])
    await page.reload()
    await isHeld(page)
    expect(await samples(page)).toBeGreaterThanOrEqual(before)
    await moreSamples(page, before)
  })

  it.skipIf(skipped)('is seen in two tabs, and stopped by either: nothing of it is kept, here or there', async () => {
    const second = await another()
    await isHeld(second)
    await moreSamples(second, 0)
    await second.getByRole('button', { name: 'Stop' }).click()
    for (const one of [page, second]) {
      await one.getByText('The last profile was stopped. Nothing of it is kept.').waitFor()
      await one.getByText('Not profiled yet').waitFor()
    }
    await isLeftAlone()
    expect(await violations(page)).toEqual([])
    await second.close()
  })

  it.skipIf(skipped)(
    'is broken off where the host is killed, and measured again by one click under a new one',
    async () => {
      const second = await another()
      await holds(() => measureAgain(second))
      await isHeld(page)
      await open.served.kill()
      await page.getByText('The connection to the engine is lost.').waitFor()
      await expect.poll(() => board.processes()).toEqual([])
      await open.serveAgain()
      await page.getByRole('alert').getByText('This page has no session, or its session has ended.').waitFor()
      await page.evaluate(`location.hash = ${JSON.stringify(new URL(open.served.url).hash)}`)
      for (const one of [page, second]) {
        await one.getByText('Engine connected').waitFor()
        await failure(one, 'The last profile was broken off: the program that ran it ended.').waitFor()
        await one.getByText('Not profiled yet').waitFor()
      }
      expect(await violations(page)).toEqual([])
      board.clear()
      await measureAgain(page)
      for (const one of [page, second]) await shownProfile(one)
      expect(await failure(page, 'The last profile').count()).toBe(0)
      await panel(page, 'Figures').getByText('The first profile of this model here.').waitFor()
      await isLeftAlone()
      await second.close()
    },
  )

  it.skipIf(skipped)('is whole where the board’s server is killed in the middle, and says so', async () => {
    const before = await shownProfile(page)
    await holds(() => repeat())
    expect(board.kill(/^sshd: board@/)).toBeGreaterThan(0)
    await nextProfile(before)
    await panel(page, 'Figures').getByText('measured again', { exact: false }).first().waitFor()
    await panel(page, 'Figures')
      .getByText(/^p50 .* % \(.* to .*\) against the profile of .*: (within|beyond) /)
      .waitFor()
    await isLeftAlone()
  })

  it.skipIf(skipped)('is measured from its first window where the board is started anew', async () => {
    const before = await shownProfile(page)
    await holds(() => repeat())
    await board.reboot()
    await nextProfile(before)
    await panel(page, 'Figures').getByText('started anew', { exact: false }).first().waitFor()
    await isLeftAlone()
  })

  it.skipIf(skipped)(
    'comes to nothing where the board stays away; what was measured before stays, and one click tries again',
    async () => {
      const before = await shownProfile(page)
      await holds(() => repeat())
      board.line.refuse()
      await page.getByRole('status').getByText('line lost, connecting again').waitFor()
      // It is tried again for about a minute.
      await failure(page, 'The last profile came to nothing.').waitFor({ timeout: 2 * patience_ms })
      expect(await failure(page, 'The last profile came to nothing.').innerText()).toContain('cannot be reached')
      expect(await shownProfile(page)).toBe(before)
      expect(await violations(page)).toEqual([])
      await page.getByRole('button', { name: 'Check', exact: true }).click()
      await page.getByRole('alert').getByText('cannot be reached', { exact: false }).waitFor()
      board.clear()
      await measureAgain(page)
      await nextProfile(before)
      expect(await failure(page, 'The last profile').count()).toBe(0)
      await isLeftAlone()
    },
  )

  it.skipIf(skipped)('waits for an answer to what the server asks, also where the page is loaded again', async () => {
    const row = page.locator('[data-board="asks"]')
    await page.keyboard.press('a')
    const form = page.getByRole('dialog', { name: 'Add a board' })
    await form.getByLabel('Address').fill('127.0.0.1')
    await form.getByLabel('Port').fill(String(asking.port))
    await form.getByLabel('Name here').fill('asks')
    await form.getByLabel('User').fill('board')
    await form.getByLabel('Sign in with').selectOption('keyboard-interactive')
    await form.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('button', { name: 'It is: trust it and connect' }).click()
    const question = page.getByRole('dialog', { name: '127.0.0.1 asks' })
    const answer = async (): Promise<void> => {
      await question.getByLabel('Code').fill('otter-7')
      await question.getByRole('button', { name: 'Answer' }).click()
      await question.waitFor({ state: 'detached' })
    }
    await question.waitFor()
    await page.reload()
    await question.waitFor()
    expect(await question.getByLabel('Code').inputValue()).toBe('')
    await answer()
    await row.getByText(/^Trusted, seen/).waitFor()
    await openAt(page, '/boards/asks')
    await page.getByText('Not profiled yet').waitFor()
    await page.keyboard.press('p')
    const asked = page.getByRole('dialog', { name: 'Profile on asks' })
    await asked.locator(`[data-model="${model}"] input`).check()
    await asked.getByLabel('Compare with the host on').selectOption('0')
    await asked.getByLabel('Throughput at batch').fill('1')
    await asked.getByRole('button', { name: 'Profile', exact: true }).click()
    await question.waitFor()
    await page.reload()
    await answer()
    await shownProfile(page)
  })

  it.skipIf(skipped)('is refused where the board comes back with another key', async () => {
    await openAt(page, '/boards/bench')
    await shownProfile(page)
    await holds(() => repeat())
    await board.otherKey()
    await page.locator('[data-board="bench"]').getByText('Key changed: refused').waitFor()
    await panel(page, 'bench refused').getByText(board.server.hostKey.fingerprint).waitFor()
    await failure(page, 'The last profile came to nothing.').waitFor()
    expect(await failure(page, 'The last profile').getByRole('button').count()).toBe(0)
    expect(await violations(page)).toEqual([])
    // Its lock stays until somebody may clear it away: nobody is let in any more.
    await expect.poll(() => board.processes()).toEqual([])
  })

  const panel = (on: Page, title: string): Locator => on.getByRole('region', { name: title, exact: true })
  const failure = (on: Page, words: string): Locator => on.locator('.note.bad').filter({ hasText: words })

  async function added(name: string, address: string, fingerprint: string): Promise<void> {
    const keys = ['--key', board.server.key, '--no-config', '--host-key', fingerprint]
    const { code, stderr } = await run(['board', 'add', name, address, ...keys, '--home', home])
    if (code !== 0) throw new Error(`bitgauge board add ended with ${code}: ${stderr}`)
  }

  async function another(): Promise<Page> {
    const one = await open.another('/boards/bench')
    await one.getByRole('heading', { name: 'bench', exact: true, level: 2 }).waitFor()
    return one
  }

  /** Starts a profile, and waits until it stands in its second window. */
  async function holds(start: () => Promise<void>): Promise<void> {
    board.clear()
    board.plan('window', 1, long)
    await start()
    await board.reached()
    await isHeld(page)
  }

  async function isHeld(on: Page): Promise<void> {
    await on
      .getByRole('status')
      .getByText(/^window 2\/3, /)
      .waitFor()
  }

  async function samples(on: Page): Promise<number> {
    const words = (await panel(on, 'Figures').innerText()).match(/([\d,]+) samples so far/)?.[1] ?? '0'
    return Number(words.replaceAll(',', ''))
  }

  async function moreSamples(on: Page, than: number): Promise<void> {
    await expect.poll(() => samples(on), { timeout: patience_ms }).toBeGreaterThan(than)
  }

  async function measureAgain(on: Page): Promise<void> {
    await failure(on, 'The last profile').getByRole('button', { name: 'Measure again' }).click()
  }

  async function repeat(): Promise<void> {
    await panel(page, 'Figures').getByRole('button', { name: 'Repeat' }).click()
  }

  /** The id of the profile that is shown, once one is whole. */
  async function shownProfile(on: Page): Promise<string> {
    await panel(on, 'Figures').getByRole('button', { name: 'Repeat' }).waitFor()
    return (await panel(on, 'Device against host').locator('[data-profile]').first().getAttribute('data-profile')) ?? ''
  }

  async function nextProfile(before: string): Promise<void> {
    await expect
      .poll(() => page.locator(`[data-profile]:not([data-profile="${before}"])`).count(), { timeout: patience_ms })
      .toBe(1)
    await shownProfile(page)
  }

  /** Neither a process nor a file of a session that has ended. */
  async function isLeftAlone(): Promise<void> {
    await expect.poll(() => board.processes()).toEqual([])
    await expect.poll(() => board.litter()).toEqual([])
  }
})

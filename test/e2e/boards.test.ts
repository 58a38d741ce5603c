import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { run } from '../cli/program.ts'
import { lacksSshServer, skipWithoutSshServer, startSshServer, type SshServer } from '../remote/sshServer.ts'
import { violations } from './accessibility.ts'
import { everythingIn } from './boardsHome.ts'
import { describeInChromium, patience_ms } from './chromium.ts'
import { endAll } from './endAll.ts'
import { openWindow, type OpenWindow } from './openWindow.ts'
import { openAt } from './startPage.ts'
import { tempHome } from './tempHome.ts'

/** A home with two small quantized models. */
async function makeHome(home: string): Promise<void> {
  const sizes = ['--embedding', '8', '--hidden', '8', '--epochs', '1']
  const steps = [
    ['dataset', 'generate', 'maintenance-log', '--size', '900', '--name', 'notes'],
    ['train', '--dataset', 'notes', '--family', 'discriminative', ...sizes, '--name', 'reads'],
    ['quantize', 'reads', '--bits', '8', '--name', 'reads-8'],
    ['quantize', 'reads', '--bits', '4', '--name', 'reads-4'],
  ]
  for (const step of steps) {
    const { code, stderr } = await run([...step, '--home', home])
    if (code !== 0) throw new Error(`bitgauge ${step.join(' ')} ended with ${code}: ${stderr}`)
  }
}

describeInChromium('the page of boards', () => {
  const withoutServer = skipWithoutSshServer()
  const home = tempHome()
  const sshFolder = mkdtempSync(join(tmpdir(), 'bitgauge-boards-'))
  let open: OpenWindow
  let page: Page
  let server: SshServer

  const boardRow = (name: string): Locator => page.locator(`[data-board="${name}"]`)
  const dialog = (name: string | RegExp): Locator => page.getByRole('dialog', { name })
  const panel = (title: string): Locator => page.getByRole('region', { name: title, exact: true })

  /** Chooses models in the dialog of a profile, and starts it. */
  async function profileOn(board: string, models: readonly string[]): Promise<void> {
    await page.keyboard.press('p')
    const asked = dialog(`Profile on ${board}`)
    for (const model of models) await asked.locator(`[data-model="${model}"] input`).check()
    await asked.getByLabel('Compare with the host on').selectOption('500')
    await asked.getByLabel('Texts that are timed').fill('16')
    expect(await violations(page)).toEqual([])
    await asked.getByRole('button', { name: 'Profile', exact: true }).click()
    await asked.waitFor({ state: 'detached' })
  }

  beforeAll(async () => {
    await makeHome(home.path)
    if (!withoutServer) server = await startSshServer({ folder: sshFolder })
    open = await openWindow(home.path)
    page = open.page
    await openAt(page, '/boards')
    await boardRow('local').waitFor()
  })

  afterAll(async () => {
    await endAll(
      () => server?.stop(),
      () => open?.end(),
    )
    rmSync(sshFolder, { recursive: true, force: true })
    home.remove()
  })

  it('has this machine as a board from the start, which is checked and measured by keyboard', async () => {
    await page.getByText('Not profiled yet').waitFor()
    expect(await boardRow('local').innerText()).toContain('Trusted')
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await page.getByText(/^Checked: the program/).waitFor()
    await profileOn('local', ['reads-8', 'reads-4'])
    await panel('Latency').getByRole('button', { name: 'Stop' }).waitFor()
    const host = panel('Device against host')
    await host.locator('[data-profile]').nth(1).waitFor()
    await panel('Figures')
      .getByRole('row', { name: /^p50, [mµ]s/ })
      .waitFor()
    await panel('Latency')
      .getByRole('img', { name: /^Latency of W\d A\d C\d at batch 1 over 3 windows: p50/ })
      .waitFor()
    expect(await host.getByText('the same, bit for bit').count()).toBe(2)
    expect(await violations(page)).toEqual([])
  })

  it('shows one profile everywhere, and a link is that view', async () => {
    const second = panel('Device against host').locator('[data-profile]').nth(1)
    const id = await second.getAttribute('data-profile')
    await second.click()
    await expect.poll(() => page.url()).toContain(`profile=${id}`)
    await page.getByRole('button', { name: 'What is drawn' }).click()
    await page.getByRole('menuitem', { name: 'Against size' }).click()
    await expect.poll(() => page.url()).toContain('against=size')
    await panel('Accuracy against size')
      .getByRole('img', { name: /^Accuracy against size/ })
      .waitFor()
    await page.reload()
    await panel('Accuracy against size').waitFor()
    await page.locator(`tr[aria-current="true"] [data-profile="${id}"]`).waitFor()
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await violations(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'light' })
  })

  it('names what is wrong in the form of a board, and keeps what was typed', async () => {
    await openAt(page, '/boards')
    await page.getByText('Not profiled yet').waitFor({ state: 'detached' })
    await page.keyboard.press('a')
    const form = dialog('Add a board')
    await form.getByLabel('Address').fill('-oProxyCommand=x')
    await form.getByLabel('Name here').fill('local')
    await form.getByRole('button', { name: 'Add', exact: true }).click()
    await form.getByText('Must be a host name, an address or a Host of the SSH configuration.').waitFor()
    await form.getByText('There is a board local already.').waitFor()
    expect(await violations(page)).toEqual([])
    await form.getByLabel('Name here').fill('nowhere')
    await form.getByLabel('Address').fill('127.0.0.1')
    await form.getByLabel('Port').fill('1')
    await form.getByRole('button', { name: 'Add', exact: true }).click()
    await form.getByText('127.0.0.1, port 1, cannot be reached.', { exact: false }).waitFor()
    expect(await form.getByLabel('Address').getAttribute('aria-invalid')).toBe('true')
    expect(await form.getByLabel('Name here').inputValue()).toBe('nowhere')
    await page.keyboard.press('Escape')
    await form.waitFor({ state: 'detached' })
    await boardRow('nowhere').waitFor({ state: 'detached' })
  })

  it.skipIf(lacksSshServer() !== null)(
    'adds a board by a locked key once its host key is confirmed, measures it, and stores no secret',
    async () => {
      await page.keyboard.press('a')
      const form = dialog('Add a board')
      await form.getByLabel('Address').fill('127.0.0.1')
      await form.getByLabel('Port').fill(String(server.port))
      await form.getByLabel('Name here').fill('bench')
      await form.getByLabel('User').fill(server.user)
      await form.getByLabel('Sign in with').selectOption('key')
      await form.getByLabel('Private key').fill(server.lockedKey)
      await form.getByLabel('Passphrase, if it has one').fill(server.passphrase)
      await form.getByRole('button', { name: 'Add', exact: true }).click()
      const question = dialog('Is this the key of bench?')
      await question.getByText(server.hostKey.fingerprint).waitFor()
      expect(await violations(page)).toEqual([])
      await question.getByRole('button', { name: 'It is: trust it and connect' }).click()
      await question.waitFor({ state: 'detached' })
      await boardRow('bench')
        .getByText(/^Trusted/)
        .waitFor()
      await page.getByText('Not profiled yet').waitFor()
      await profileOn('bench', ['reads-8'])
      const host = panel('Device against host')
      // The program is built there first, on a machine that may have much else to do.
      await host
        .locator('[data-profile]')
        .first()
        .waitFor({ timeout: 4 * patience_ms })
      await host.getByText('the same, bit for bit').waitFor({ state: 'attached' })
      await panel('Figures')
        .getByRole('row', { name: /^p99, [mµ]s/ })
        .waitFor()
      expect(page.url()).not.toContain(encodeURIComponent(server.passphrase))
      expect(everythingIn(home.path)).not.toContain(server.passphrase)
    },
    6 * patience_ms,
  )

  it.skipIf(lacksSshServer() !== null)(
    'refuses a board whose host key has changed, shows both keys, and trusts the new one on purpose alone',
    async () => {
      const { hostKey: before, port } = server
      await server.stop()
      for (const name of ['host_ed25519', 'host_ed25519.pub']) rmSync(join(sshFolder, name), { force: true })
      server = await startSshServer({ folder: sshFolder, port })
      await page.getByRole('button', { name: 'Check', exact: true }).click()
      await boardRow('bench').getByText('Key changed: refused').waitFor()
      const refused = panel('bench refused')
      await refused.getByText(before.fingerprint).waitFor()
      await refused.getByText(server.hostKey.fingerprint).waitFor()
      expect(await violations(page)).toEqual([])
      await refused.getByRole('button', { name: 'Trust the new key…' }).click()
      const question = dialog('Trust the new key of bench?')
      const trust = question.getByRole('button', { name: 'Trust the new key' })
      await question.getByRole('textbox').fill('wrong!')
      await question.getByText('These are not the last characters of the offered key.').waitFor()
      expect(await trust.getAttribute('aria-disabled')).toBe('true')
      expect(await violations(page)).toEqual([])
      await question.getByRole('textbox').fill(server.hostKey.fingerprint.slice(-6))
      await trust.click()
      await boardRow('bench')
        .getByText(/^Trusted/)
        .waitFor()
      await panel('Device against host').waitFor()
    },
  )

  it.skipIf(lacksSshServer() !== null)('removes a board with its cache folder; its profiles stay', async () => {
    await page.getByRole('button', { name: 'More of bench' }).click()
    await page.getByRole('menuitem', { name: 'Remove…' }).click()
    const question = dialog('Remove bench?')
    await question.getByText('1 profile of it stay in the store.').waitFor()
    await question.getByRole('button', { name: 'Remove' }).click()
    await boardRow('bench').waitFor({ state: 'detached' })
    await page.getByText('Removed bench; its cache folder is cleared.').waitFor()
  })

  it('asked nothing of the network and complained of nothing', () => {
    expect(open.watch.foreign).toEqual([])
    expect(open.watch.complaints).toEqual([])
  })
})

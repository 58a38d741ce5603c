import { rmSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { startSshServer, type SshServer } from '../../../test/remote/sshServer.ts'

let started: Promise<SshServer> | undefined

/** A board for as long as pictures are taken: see {@link endBoard}. */
function server(): Promise<SshServer> {
  started ??= startSshServer()
  return started
}

/** Ends the server of the board, which would keep this program alive, where one was started. */
export async function endBoard(): Promise<void> {
  const one = await started
  if (one === undefined) return
  await one.stop()
  rmSync(one.folder, { recursive: true, force: true })
}

/** Fills in the form of a board, whose key is then to be confirmed. */
export async function askTrust(page: Page, name = 'new-board'): Promise<void> {
  const { port, user, key, hostKey } = await server()
  await page.keyboard.press('a')
  const form = page.getByRole('dialog', { name: 'Add a board' })
  await form.getByLabel('Address').fill('127.0.0.1')
  await form.getByLabel('Port').fill(String(port))
  await form.getByLabel('Name here').fill(name)
  await form.getByLabel('User').fill(user)
  await form.getByLabel('Sign in with').selectOption('key')
  await form.getByLabel('Private key').fill(key)
  await form.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('dialog').getByText(hostKey.fingerprint).waitFor()
}

/** A board that has told what it is, and was not measured yet. */
export async function describe(page: Page): Promise<void> {
  await askTrust(page, 'described')
  await page.getByRole('button', { name: 'It is: trust it and connect' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByText('Not profiled yet').waitFor()
}

/** A check of a board whose server is gone. */
export async function checkAway(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await page.getByText('cannot be reached', { exact: false }).waitFor()
}

export async function seeWarnings(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'Figures of the profile' }).press('End')
}

/** All models by the rules of MLPerf Tiny: it lasts for minutes. */
export async function profileLong(page: Page): Promise<void> {
  await page.keyboard.press('p')
  const asked = page.getByRole('dialog', { name: 'Profile on local' })
  await asked.getByText(/^Choose all/).click()
  await asked.getByRole('radio', { name: 'Full' }).click()
  await asked.getByRole('button', { name: 'Profile', exact: true }).click()
  await asked.waitFor({ state: 'detached' })
  await page
    .getByRole('status')
    .filter({ hasText: /^window [2-5]\/5, / })
    .waitFor()
}

/**
 * A board that tells of itself, found on the command line and on the page. Runs in a network of its own, which the test makes: `scenario.ts FOLDER ADDRESS`
 * with the address of its interface there. Prints what was seen, as JSON.
 */
import { join } from 'node:path'
import { run } from '../../cli/program.ts'
import { respondByHand } from '../../remote/mdnsResponder.ts'
import { startSshServer } from '../../remote/sshServer.ts'
import { violations } from '../accessibility.ts'
import { endAll } from '../endAll.ts'
import { openWindow } from '../openWindow.ts'
import { openAt } from '../startPage.ts'
import type { Offered } from './offered.ts'

const [folder = '', address = ''] = process.argv.slice(2)
const home = join(folder, 'home')
const instance = 'Pi on the bench. No. 2'

const server = await startSshServer({ folder: join(folder, 'sshd'), config: [`ListenAddress ${address}`] })
const told = { instance, host: 'no-such-pi.local', address, port: server.port }
const responder = await respondByHand([{ service: '_ssh._tcp.local', ...told }], address)
const { stdout } = await run(['board', 'list', '--discover', '--json', '--home', home])
const { data } = JSON.parse(stdout) as { data: { discovered: Offered['listed'] } }
const open = await openWindow(home)
const { page } = open
try {
  await openAt(page, '/boards')
  await page.getByText('Not profiled yet').waitFor()
  await page.keyboard.press('a')
  const form = page.getByRole('dialog', { name: 'Add a board' })
  const offer = form.getByRole('region', { name: 'On the local network' }).getByRole('button', { name: instance })
  await offer.click()
  const typed = async (label: string): Promise<string> => form.getByLabel(label).inputValue()
  const taken = { host: await typed('Address'), port: await typed('Port'), name: await typed('Name here') }
  const complaints = await violations(page)
  await form.getByLabel('User').fill(server.user)
  await form.getByLabel('Sign in with').selectOption('key')
  await form.getByLabel('Private key').fill(server.key)
  await form.getByRole('button', { name: 'Add', exact: true }).click()
  const question = page.getByRole('dialog', { name: `Is this the key of ${taken.name}?` })
  await question.getByText(server.hostKey.fingerprint).waitFor()
  await question.getByRole('button', { name: 'It is: trust it and connect' }).click()
  await page
    .locator(`[data-board="${taken.name}"]`)
    .getByText(/^Trusted, seen/)
    .waitFor()
  await page.keyboard.press('a')
  await offer.getByText(`is ${taken.name}`).waitFor()
  const isKnown = await offer.isDisabled()
  const found: Offered = {
    port: server.port,
    listed: data.discovered,
    taken,
    isKnown,
    complaints: [...complaints, ...(await violations(page))],
  }
  process.stdout.write(JSON.stringify(found))
} finally {
  await endAll(
    () => server.stop(),
    () => responder.stop(),
    () => open.end(),
  )
}

import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { defaultPaths } from '../../src/host/paths.ts'
import { startAsking, type AskingServer } from '../remote/askingServer.ts'
import { lacksSshServer, skipWithoutSshServer, startSshServer, type SshServer } from '../remote/sshServer.ts'
import { violations } from './accessibility.ts'
import { everythingIn } from './boardsHome.ts'
import { describeInChromium, patience_ms } from './chromium.ts'
import { endAll } from './endAll.ts'
import { openWindow, type OpenWindow } from './openWindow.ts'
import { openAt } from './startPage.ts'
import { tempHome } from './tempHome.ts'

const wrong = 'wrong-and-nowhere-else'

describeInChromium('signing in to boards through the window', () => {
  const withoutServer = skipWithoutSshServer()
  const skipped = lacksSshServer() !== null
  const home = tempHome()
  /** of the person who runs the host: their known hosts, their agent */
  const person = mkdtempSync(join(tmpdir(), 'bitgauge-person-'))
  const knownHosts = join(person, '.ssh', 'known_hosts')
  let open: OpenWindow
  let page: Page
  let gate: SshServer
  let inner: SshServer
  let asking: AskingServer
  let agent: ChildProcess

  const boardRow = (name: string): Locator => page.locator(`[data-board="${name}"]`)
  const dialog = (name: string | RegExp): Locator => page.getByRole('dialog', { name })
  const trusted = (name: string): Promise<void> =>
    boardRow(name)
      .getByText(/^Trusted, seen/)
      .waitFor()

  beforeAll(async () => {
    mkdirSync(join(person, '.ssh'), { mode: 0o700 })
    if (!withoutServer) {
      gate = await startSshServer()
      inner = await startSshServer()
      asking = await startAsking([
        { prompt: 'Badge number: ', echo: true, answer: '4711' },
        { prompt: 'Code: ', echo: false, answer: 'otter-7' },
      ])
      agent = startAgent(inner.key)
    }
    const environment = { HOME: person, BITGAUGE_CACHE: defaultPaths().cache, SSH_AUTH_SOCK: join(person, 'agent') }
    open = await openWindow(home.path, environment)
    page = open.page
    await openAt(page, '/boards')
    await boardRow('local').waitFor()
  }, 4 * patience_ms)

  afterAll(async () => {
    await endAll(
      () => agent?.kill(),
      () => gate?.stop(),
      () => inner?.stop(),
      () => asking?.stop(),
      () => open?.end(),
    )
    rmSync(person, { recursive: true, force: true })
    home.remove()
  })

  function startAgent(key: string): ChildProcess {
    const socket = join(person, 'agent')
    const started = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
    for (let k = 0; k < 200 && !existsSync(socket); k += 1) execFileSync('sleep', ['0.02'])
    execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' })
    return started
  }

  /** A letter is a letter in a dialog that is still closing. */
  async function openForm(): Promise<void> {
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    await page.keyboard.press('a')
  }

  /** Fills in the form of a board, and sends it. */
  async function add(name: string, port: number, way: string, fields: Record<string, string> = {}): Promise<void> {
    await openForm()
    const form = dialog('Add a board')
    await form.getByLabel('Address').and(page.locator(':focus')).waitFor()
    await page.keyboard.type('127.0.0.1')
    await form.getByLabel('Port').fill(String(port))
    await form.getByLabel('Name here').fill(name)
    await form.getByLabel('User').fill('board')
    await form.getByLabel('Sign in with').selectOption(way)
    for (const [label, value] of Object.entries(fields)) await form.getByLabel(label, { exact: true }).fill(value)
    await form.getByRole('button', { name: 'Add', exact: true }).click()
  }

  async function confirm(of: string, fingerprint: string): Promise<void> {
    const question = dialog(`Is this the key of ${of}?`)
    await question.getByText(fingerprint).waitFor()
    await question.getByRole('button', { name: 'It is: trust it and connect' }).click()
  }

  it.skipIf(skipped)('says that a password is refused, asks for it again, and takes the right one', async () => {
    await add('by-password', gate.port, 'password', { Password: wrong })
    await confirm('by-password', gate.hostKey.fingerprint)
    const signIn = dialog('Sign in')
    await signIn.getByText('does not let board in', { exact: false }).waitFor()
    expect(await signIn.getByLabel('Password').inputValue()).toBe('')
    expect(await violations(page)).toEqual([])
    expect(await signIn.innerText()).not.toMatch(/--|bitgauge/)
    await signIn.getByLabel('Password').fill(gate.password)
    await page.keyboard.press('Enter')
    await signIn.waitFor({ state: 'detached' })
    await trusted('by-password')
    await page.reload()
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await page.getByText(/^Checked: the program/).waitFor()
  })

  it.skipIf(skipped)('keeps what was typed, but for the secret, where a known board refuses it', async () => {
    writeFileSync(knownHosts, `[127.0.0.1]:${gate.port} ${publicKey(gate)}\n`)
    await add('again', gate.port, 'password', { Password: wrong })
    const form = dialog('Add a board')
    await form.getByText('does not let board in', { exact: false }).waitFor()
    expect(await form.getByLabel('Password').inputValue()).toBe('')
    expect(await form.getByLabel('Password').getAttribute('aria-invalid')).toBe('true')
    expect(await form.getByLabel('Name here').inputValue()).toBe('again')
    expect(await violations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await form.waitFor({ state: 'detached' })
    await boardRow('again').waitFor({ state: 'detached' })
  })

  it.skipIf(skipped)('takes a key of the agent', async () => {
    await add('by-agent', inner.port, 'agent')
    await confirm('by-agent', inner.hostKey.fingerprint)
    await trusted('by-agent')
  })

  it.skipIf(skipped)('shows what a server asks one by one, hides what it wants hidden, and asks again', async () => {
    await add('asks', asking.port, 'keyboard-interactive')
    await confirm('asks', asking.fingerprint)
    const question = dialog('127.0.0.1 asks')
    const answer = async (label: string, type: string, text: string): Promise<void> => {
      const field = question.getByLabel(label)
      await field.waitFor()
      expect(await field.getAttribute('type')).toBe(type)
      await field.fill(text)
      await page.keyboard.press('Enter')
    }
    await question.getByText('Question 1 of 2.', { exact: false }).waitFor()
    expect(await violations(page)).toEqual([])
    await answer('Badge number', 'text', '4711')
    await question.getByText('Question 2 of 2.', { exact: false }).waitFor()
    await answer('Code', 'password', wrong)
    // The key was taken, and nobody is in yet: it asks again.
    await question.getByText('Question 1 of 2.', { exact: false }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByText('The questions of the server were not answered.').waitFor()
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await answer('Badge number', 'text', '4711')
    await answer('Code', 'password', wrong)
    await page.getByText('does not let board in', { exact: false }).waitFor()
    await page.getByRole('button', { name: 'Sign in…' }).click()
    await dialog('Sign in').getByRole('button', { name: 'Sign in' }).click()
    await answer('Badge number', 'text', '4711')
    await answer('Code', 'password', 'otter-7')
    await dialog('Sign in').waitFor({ state: 'detached' })
    await trusted('asks')
  })

  it.skipIf(skipped)('goes through another server, whose key and password are its own', async () => {
    writeFileSync(knownHosts, '')
    await openForm()
    const form = dialog('Add a board')
    await form.getByLabel('Address').fill('127.0.0.1')
    await form.getByLabel('Port').fill(String(inner.port))
    await form.getByLabel('Name here').fill('behind')
    await form.getByLabel('User').fill('board')
    await form.getByLabel('Jump through').fill(`board@127.0.0.1:${gate.port}`)
    await form.getByLabel('Password on 127.0.0.1').fill(wrong)
    await form.getByLabel('Sign in with').selectOption('password')
    await form.getByLabel('Password', { exact: true }).fill(inner.password)
    expect(await violations(page)).toEqual([])
    await form.getByRole('button', { name: 'Add', exact: true }).click()
    await dialog('Is this the key of 127.0.0.1?').getByText('on the way to behind', { exact: false }).waitFor()
    await confirm('127.0.0.1', gate.hostKey.fingerprint)
    const signIn = dialog('Sign in')
    await signIn.getByText('does not let board in', { exact: false }).waitFor()
    await signIn.getByLabel('Password on 127.0.0.1').fill(gate.password)
    await signIn.getByLabel('Password', { exact: true }).fill(inner.password)
    await page.keyboard.press('Enter')
    await signIn.waitFor({ state: 'detached' })
    await page.getByText(inner.hostKey.fingerprint).waitFor()
    await page.getByRole('button', { name: 'It is its key: trust it and connect' }).click()
    await trusted('behind')
  })

  it.skipIf(skipped)('refuses a key that is revoked, and takes it no more until it is not', async () => {
    writeFileSync(knownHosts, `@revoked * ${publicKey(inner)}\n`)
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await boardRow('behind').getByText('Key revoked: refused').waitFor()
    await page.getByText('The host key is marked as revoked. Nothing was sent.').waitFor()
    expect(await page.getByRole('button', { name: /^Trust the|: trust it/ }).count()).toBe(0)
    expect(await violations(page)).toEqual([])
    writeFileSync(knownHosts, '')
    await page.getByRole('button', { name: 'Ask again' }).click()
    await trusted('behind')
  })

  it.skipIf(skipped)('keeps no secret in the page, in its address, in the home or in the log', async () => {
    const kept = await page.evaluate('JSON.stringify([location.href, { ...localStorage }, { ...sessionStorage }])')
    const written = everythingIn(home.path)
    for (const secret of [gate.password, wrong, 'otter-7']) {
      expect(kept).not.toContain(secret)
      expect(written.includes(secret)).toBe(false)
      expect(await page.content()).not.toContain(secret)
    }
  })

  it('asked nothing of the network and complained of nothing', () => {
    expect(open.watch.foreign).toEqual([])
    expect(open.watch.complaints).toEqual([])
  })

  function publicKey({ folder }: SshServer): string {
    return readFileSync(join(folder, 'host_ed25519.pub'), 'utf8').split(' ').slice(0, 2).join(' ')
  }
})

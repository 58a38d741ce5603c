import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ensureRenderer } from '../../build/pages.ts'
import { describeInChromium } from '../e2e/chromium.ts'
import { slowed } from '../e2e/slowed.ts'
import { callOverPort } from './callOverPort.ts'
import { openDesktop, type OpenDesktop } from './standInShell.ts'

/** Processes start slowly beside other suites. */
const patience = { timeout: 60_000 }
const id = '01KAF3MZ7Q0000000000007QXD'

describeInChromium('the desktop around the page', () => {
  let desktop: OpenDesktop
  let userData: string
  const settings = (): unknown => JSON.parse(readFileSync(join(userData, 'desktop.json'), 'utf8'))
  const route = (): string => new URL(desktop.page.url()).hash.slice(1)

  beforeAll(async () => {
    await ensureRenderer()
    userData = mkdtempSync(join(tmpdir(), 'bitgauge-user-data-'))
    desktop = await openDesktop([`bitgauge://study/${id}`], userData)
  })

  afterAll(() => rmSync(userData, { recursive: true, force: true }))

  it('opens on the page that a link names', () => {
    expect(route()).toBe(`/studies/${id}`)
  })

  it('shows what a link of a second start names, and nothing for what is no link', async () => {
    desktop.ask({ type: 'second-instance', given: ['bitgauge', `bitgauge://model/${id}`] })
    await expect.poll(route).toBe(`/models/${id}`)
    desktop.ask({ type: 'second-instance', given: ['bitgauge', 'bitgauge://model/../../settings'] })
    desktop.ask({ type: 'menu', labels: ['Go', 'Jobs'] })
    await expect.poll(route).toBe('/jobs')
  })

  it('has a menu that goes to every page, shows the folders and keeps the page’s port', async () => {
    const { labels } = await desktop.told('menu')
    expect(labels).toEqual(['File', 'editMenu', 'View', 'Go', 'windowMenu', 'Help'])
    desktop.ask({ type: 'menu', labels: ['Help', 'Show the logs'] })
    expect((await desktop.told('revealed')).path).toBe(join(desktop.home, 'logs'))
    expect(await callOverPort(desktop.page, '/jobs/list', {})).toEqual([])
  })

  it('remembers the home', () => {
    expect(settings()).toMatchObject({ homes: [desktop.home], window: null })
  })

  it('shows a job in the task bar', async () => {
    await callOverPort(desktop.page, '/system/measure', {})
    await expect.poll(() => bars().some((progress) => progress > 0 && progress <= 1), patience).toBe(true)
    await expect.poll(() => bars().at(-1), patience).toBe(-1)
  })

  it('asks before it stops work, names it, and stays where the answer is to stay', async () => {
    await slowed(desktop.hostPid, async () => {
      await callOverPort(desktop.page, '/system/measure', {})
      await expect.poll(() => (bars().at(-1) ?? -1) > 0, patience).toBe(true)
      desktop.ask({ type: 'answer', response: 0, paths: [] })
      desktop.ask({ type: 'close-window' })
      const { options } = await desktop.told('dialog')
      expect(options).toMatchObject({ message: 'A job is running. Stop it and quit?', defaultId: 0, cancelId: 0 })
      expect((options as { detail: string }).detail).toContain('What is finished is kept.')
      expect(await desktop.page.title()).toContain('Bitgauge')
    })
  })

  it('turns to another home by a new start, and cancels what it was told to cancel', async () => {
    await slowed(desktop.hostPid, async () => {
      await callOverPort(desktop.page, '/system/measure', {})
      await expect.poll(() => (bars().at(-1) ?? -1) > 0, patience).toBe(true)
      desktop.ask({ type: 'answer', response: 0, paths: ['/some/other home'] })
      desktop.ask({ type: 'answer', response: 1, paths: [] })
      desktop.ask({ type: 'menu', labels: ['File', 'Open home…'] })
      expect((await desktop.told('relaunch')).given.slice(-2)).toEqual(['--home', '/some/other home'])
    })
    expect(await desktop.ended).toBe(0)
    expect(settings()).toMatchObject({ window: { width: 1280, height: 800, maximized: false } })
  })

  /** What the task bar was told, each time; -1 is nothing, 2 an unknown end. */
  function bars(): number[] {
    return desktop.reports.flatMap((report) => (report.type === 'bar' ? [report.progress] : []))
  }
})

import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureRenderer } from '../../build/pages.ts'
import { describeInChromium } from '../e2e/chromium.ts'
import { computePidsBelow } from '../e2e/processes.ts'
import { isCounting, openAt, startPage } from '../e2e/startPage.ts'
import { openDesktop, type OpenDesktop } from './standInShell.ts'

const out = fileURLToPath(new URL('../../out/', import.meta.url))

describeInChromium('the built desktop application', () => {
  let desktop: OpenDesktop

  beforeAll(async () => {
    await ensureRenderer()
    desktop = await openDesktop()
    await openAt(desktop.page, '/settings/machine')
    await startPage(desktop.page).proved.getByText('agrees').first().waitFor()
  })

  afterAll(async () => {
    expect(await desktop.close()).toBe(0)
  })

  it('asks for a page that is sandboxed, isolated and without Node', async () => {
    const { options } = await desktop.told('window')
    expect(options).toMatchObject({
      webPreferences: {
        preload: join(out, 'preload', 'index.cjs'),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        webviewTag: false,
      },
    })
    expect(desktop.reports.map(({ type }) => type)).toContain('sandbox')
  })

  it('serves the page by a standard, secure scheme that does not bypass the policy', async () => {
    const { schemes } = await desktop.told('scheme')
    expect(schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: false, bypassCSP: false } },
    ])
  })

  it('takes the lock of a single instance, and a second start opens no second window', async () => {
    expect(desktop.reports.map(({ type }) => type)).toContain('single-instance')
    desktop.ask({ type: 'second-instance', given: [] })
    desktop.ask({ type: 'permission' })
    await desktop.told('permission')
    expect(desktop.reports.filter(({ type }) => type === 'window')).toHaveLength(1)
  })

  it('denies every permission', async () => {
    desktop.ask({ type: 'permission' })
    expect((await desktop.told('permission')).answers).toEqual([false, false, false])
  })

  it('gives the page a bridge that can ask for a port and for the dialogs of files, and nothing else', async () => {
    const bridge = await desktop.page.evaluate(
      '[Object.keys(window.bitgauge), Object.keys(window.bitgauge.desktop), typeof require, typeof process]',
    )
    expect(bridge).toEqual([
      ['desktop'],
      ['requestPort', 'chooseFiles', 'droppedFile', 'saveFile'],
      'undefined',
      'undefined',
    ])
  })

  it('does not let the page go elsewhere, open windows or ask other addresses', async () => {
    await desktop.page.evaluate("void (location.href = 'https://example.org/')")
    await expect
      .poll(() => desktop.reports)
      .toContainEqual({ type: 'denied', what: 'navigation', url: 'https://example.org/' })
    await desktop.page.evaluate("void window.open('https://example.org/popup')")
    await expect.poll(() => desktop.reports).toContainEqual(expect.objectContaining({ type: 'denied', what: 'window' }))
    await expect(desktop.page.evaluate("fetch('https://example.org/data')")).rejects.toThrow()
    expect(desktop.page.url()).toBe(`${desktop.origin}/index.html#/settings/machine`)
    await startPage(desktop.page).measure.waitFor()
  })

  it('serves nothing that lies outside the built page', async () => {
    const loads = (path: string): Promise<boolean> =>
      desktop.page.evaluate(`new Promise((resolve) => {
        const image = new Image()
        image.onload = () => resolve(true)
        image.onerror = () => resolve(false)
        image.src = ${JSON.stringify(path)}
      })`)
    const icon = readdirSync(join(out, 'renderer', 'assets')).find((name) => name.endsWith('.svg'))
    expect(await loads(`/assets/${icon}`)).toBe(true)
    expect(await loads('/..%2f..%2f..%2fresources/icon.svg')).toBe(false)
  })

  it('closes the port of a page that speaks nonsense, and gives another to the one that asks', async () => {
    const closed = await desktop.page.evaluate(`(${askPort.toString()})().then((port) => new Promise((resolve) => {
      port.addEventListener('close', () => resolve('closed'))
      port.start()
      port.postMessage('nonsense')
    }))`)
    expect(closed).toBe('closed')
    const answer = await desktop.page.evaluate(`(${askPort.toString()})().then((port) => new Promise((resolve) => {
      port.addEventListener('message', (event) => resolve(event.data))
      port.start()
      port.postMessage('{"i":"1","p":{"u":"/jobs/list","b":{"json":{}}}}')
    }))`)
    expect(JSON.parse(String(answer))).toMatchObject({ i: '1', p: { b: { json: [] } } })
  })

  it('runs compute as a utility process with a built environment and a lower priority', async () => {
    await startPage(desktop.page).measure.click()
    await isCounting(startPage(desktop.page).newest)
    const { pid, options } = await desktop.told('utility')
    expect(computePidsBelow(desktop.hostPid)).toContain(pid)
    expect(getPriority(pid)).toBe(10)
    expect(options).toMatchObject({ execArgv: [], serviceName: 'Bitgauge compute', stdio: 'pipe' })
    const names = (options as { env: string[] }).env
    expect(names).toContain('BITGAUGE_TENSORFLOW_ADDON')
    expect(names).not.toContain('BITGAUGE_HOME')
  })
})

describeInChromium('the store of the built desktop application', () => {
  let desktop: OpenDesktop

  beforeAll(async () => {
    await ensureRenderer()
    desktop = await openDesktop()
    await openAt(desktop.page, '/settings')
  })

  afterAll(async () => {
    expect(await desktop.close()).toBe(0)
  })

  it('is checked and backed up by utility processes of their own, with a built environment', async () => {
    const { page } = desktop
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await page.getByText(/^Sound: 0 runs/).waitFor()
    await page.getByRole('button', { name: 'Back up' }).click()
    await page.getByText(/manual-.*\.sqlite/).waitFor()
    const started = desktop.reports
      .flatMap((report) =>
        report.type === 'utility' ? [report.options as { serviceName: string; env: string[] }] : [],
      )
      .filter(({ serviceName }) => serviceName === 'Bitgauge store')
    expect(started).toHaveLength(2)
    expect(started[0]!.env).not.toContain('BITGAUGE_HOME')
  })
})

describe('the bundles', () => {
  beforeAll(async () => {
    await ensureRenderer()
  })

  it.each([
    ['main/index.js', true],
    ['preload/index.cjs', true],
    ['main/compute.js', false],
    ['main/storeKeeper.js', false],
    ['main/chunks', false],
    ['renderer', false],
  ])('%s imports electron: %s', (name, expected) => {
    const sources = filesOf(join(out, name)).map((file) => readFileSync(file, 'utf8'))
    expect(sources.length).toBeGreaterThan(0)
    const imports = /(?:from|import|require)\s*\(?\s*["']electron["']/
    expect(sources.some((source) => imports.test(source))).toBe(expected)
  })

  it('hold an index.html without inline script or style', () => {
    const html = readFileSync(join(out, 'renderer', 'index.html'), 'utf8')
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/)
  })
})

function filesOf(path: string): string[] {
  if (/\.c?js$/.test(path)) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Runs in the page: asks the bridge for a port, as the page's own transport does. */
function askPort(): Promise<unknown> {
  const page = globalThis as unknown as {
    addEventListener(type: 'message', listener: (event: { data: { nonce?: string }; ports: unknown[] }) => void): void
    bitgauge: { desktop: { requestPort(nonce: string): void } }
  }
  return new Promise((resolve) => {
    const nonce = crypto.randomUUID()
    page.addEventListener('message', (event) => {
      if (event.data.nonce === nonce) resolve(event.ports[0])
    })
    page.bitgauge.desktop.requestPort(nonce)
  })
}

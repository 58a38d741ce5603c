import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import type { OpenShell, ShellKind } from '../e2e/openShell.ts'
import { tempHome } from '../e2e/tempHome.ts'
import { shownOrigin } from './standIn/address.ts'
import { keepPreloadCoverage } from './standIn/preloadCoverage.ts'
import type { Asked, Report } from './standIn/report.ts'

const main = fileURLToPath(new URL('../../out/main/index.js', import.meta.url))
const register = new URL('./standIn/register.ts', import.meta.url).href

/** The built desktop application under the Electron stand-in, and everything that the stand-in has told so far. */
export interface OpenDesktop extends OpenShell {
  readonly reports: readonly Report[]
  /** the folder of its home */
  readonly home: string
  /** its exit code, once it has gone */
  readonly ended: Promise<number | null>
  /** Asks the stand-in for something that a person or Chromium would do. */
  ask(asked: Asked): void
  /** Waits until the stand-in has told something of that type, and gives the newest. */
  told<T extends Report['type']>(type: T): Promise<Extract<Report, { type: T }>>
}

/** Where what was reached of main and preload is kept, where that is asked for; see build/tasks/mainCoverage.ts. */
const coverage = process.env['BITGAUGE_MAIN_COVERAGE']

export async function openDesktop(given: readonly string[] = [], userData?: string): Promise<OpenDesktop> {
  const home = tempHome()
  const child = fork(main, [...given], {
    execArgv: ['--import', register],
    env: {
      ...process.env,
      ...(coverage === undefined ? {} : { NODE_V8_COVERAGE: coverage }),
      BITGAUGE_HOME: home.path,
      BITGAUGE_STAND_IN_USER_DATA: userData ?? join(home.path, 'desktop'),
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  const { reports, told } = listen(child)
  await told('loaded')
  const { cdp } = await told('browser')
  const browser = await chromium.connectOverCDP(cdp)
  return {
    page: windowOf(browser.contexts().flatMap((context) => context.pages())),
    origin: shownOrigin,
    home: home.path,
    ended,
    hostPid: child.pid ?? 0,
    reports,
    told,
    ask: (asked) => void child.send(asked),
    close: async () => {
      if (coverage !== undefined) await keepPreloadCoverage(browser.contexts(), coverage)
      await browser.close()
      child.kill('SIGTERM')
      const code = await ended
      home.remove()
      return code
    },
  }
}

function windowOf(pages: readonly Page[]): Page {
  const page = pages.find((one) => one.url().startsWith(shownOrigin))
  if (page === undefined) throw new Error('the stand-in shows no window of ours')
  return page
}

function listen(child: ChildProcess): Pick<OpenDesktop, 'reports' | 'told'> {
  const reports: Report[] = []
  let noise = ''
  child.stderr?.on('data', (text: Buffer) => (noise += text.toString()))
  child.stdout?.resume()
  child.on('message', (report: Report) => reports.push(report))
  const told: OpenDesktop['told'] = (type) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = reports.findLast((report) => report.type === type)
        if (found !== undefined) resolve(found as never)
      }
      child.on('message', look)
      child.once('exit', (code) => reject(new Error(`the desktop application ended with ${code}: ${noise}`)))
      look()
    })
  return { reports, told }
}

/** The page as the desktop application shows it. */
export const standInShell: ShellKind = {
  name: 'the desktop application under the stand-in',
  orderlyCode: 0,
  open: () => openDesktop(),
}

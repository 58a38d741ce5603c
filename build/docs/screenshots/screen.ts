import { chromium, type Browser, type BrowserContext, type Page, type WebSocketRoute } from 'playwright-core'
import { serveHome, type ServedHome } from '../../tasks/servedHome.ts'
import type { Line } from './shots.ts'

type Session = Awaited<ReturnType<BrowserContext['storageState']>>

export interface Size {
  width: number
  height: number
}

/** The real `bitgauge serve` on a home, and its page in Chromium. */
export class Screen {
  readonly #server: ServedHome
  readonly #browser: Browser
  readonly #origin: string
  /** the session's cookie: a link works once */
  readonly #session: Session

  private constructor(server: ServedHome, browser: Browser, origin: string, session: Session) {
    this.#server = server
    this.#browser = browser
    this.#origin = origin
    this.#session = session
  }

  static async open(home: string): Promise<Screen> {
    const server = await serveHome(home)
    const args = ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb']
    // With scrollbars, as people have them.
    const ignored = ['--hide-scrollbars']
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args, ignoreDefaultArgs: ignored })
    const { url } = server
    const first = await browser.newContext()
    const page = await first.newPage()
    await page.goto(url)
    await page.getByText('Engine connected').waitFor()
    const session = await first.storageState()
    await first.close()
    return new Screen(server, browser, new URL(url).origin, session)
  }

  /** A page of its own on an address, as wide and high as it says; the line to the host as the state needs it. */
  async page(fragment: string, size: Size, scheme: 'light' | 'dark', line: Line = 'open'): Promise<Page> {
    const context = await this.#browser.newContext({
      ...{ viewport: size, colorScheme: scheme, reducedMotion: 'reduce' },
      storageState: this.#session,
    })
    const page = await context.newPage()
    let socket: WebSocketRoute | undefined
    let held = false
    await page.routeWebSocket(/./, (route) => {
      socket = route
      const server = route.connectToServer()
      server.onMessage((message) => {
        if (!held) route.send(message)
      })
    })
    await page.goto(this.#origin)
    await page.getByText('Engine connected').waitFor()
    // A fragment that is set before the first page has one of its own is not seen.
    await page.waitForURL(/#\/./)
    held = line === 'held'
    await page.evaluate(`location.hash = ${JSON.stringify(`#${fragment}`)}`)
    const [name] = fragment.slice(1).split(/[/?]/)
    await page.locator(`nav a[aria-current="page"][href="#/${name}"]`).waitFor()
    if (line === 'cut') await socket?.close()
    await settle(page, line === 'open')
    return page
  }

  async close(): Promise<void> {
    await this.#browser.close()
    await this.#server.stop()
  }
}

/** What is being read, and charts whose picture is not there yet. */
const busy = '.skeleton, [aria-busy="true"], .drawing [role="img"]:not(:has(svg path))'

/**
 * Until nothing that the page has drawn changes any more and no skeleton stands in it, thirty seconds at most.
 *
 * @param waits false where what it waits for will never come
 */
export async function settle(page: Page, waits = true): Promise<void> {
  let before = ''
  let still = 0
  for (let k = 0; k < 100 && still < 3; k += 1) {
    await page.waitForTimeout(300)
    const now = await page.evaluate<string>('document.body.innerHTML.length + document.body.innerText')
    const isBusy = waits && (await page.locator(busy).count()) > 0
    still = now === before && !isBusy ? still + 1 : 0
    before = now
  }
}

import { chromium, type Browser, type BrowserContext, type Page, type WebSocketRoute } from 'playwright-core'
import { serveHome, type ServedHome } from '../../tasks/servedHome.ts'
import type { Line } from './shots.ts'

type Session = Awaited<ReturnType<BrowserContext['storageState']>>

/** A machine of two cores may be at other work. */
const patience_ms = 90_000

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

  readonly #stillness: Stillness

  private constructor(server: ServedHome, browser: Browser, origin: string, session: Session, stillness: Stillness) {
    this.#stillness = stillness
    this.#server = server
    this.#browser = browser
    this.#origin = origin
    this.#session = session
  }

  /** @param stillness of each page before it is given */
  static async open(home: string, stillness: Pick<Stillness, 'still_ms'> = {}): Promise<Screen> {
    const server = await serveHome(home)
    const args = ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb']
    // With scrollbars, as people have them.
    const ignored = ['--hide-scrollbars']
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args, ignoreDefaultArgs: ignored })
    const { url } = server
    const first = await browser.newContext()
    first.setDefaultTimeout(patience_ms)
    const page = await first.newPage()
    await page.goto(url)
    await page.getByText('Engine connected').waitFor()
    const session = await first.storageState()
    await first.close()
    return new Screen(server, browser, new URL(url).origin, session, stillness)
  }

  /** A page of its own on an address, as wide and high as it says; the line to the host as the state needs it. */
  async page(fragment: string, size: Size, scheme: 'light' | 'dark', line: Line = 'open'): Promise<Page> {
    const context = await this.#browser.newContext({
      ...{ viewport: size, colorScheme: scheme, reducedMotion: 'reduce' },
      storageState: this.#session,
    })
    context.setDefaultTimeout(patience_ms)
    const page = await context.newPage()
    let socket: WebSocketRoute | undefined
    let held = false
    await page.routeWebSocket(/./, (route) => {
      socket = route
      const server = route.connectToServer()
      server.onMessage((message) => {
        if (!held) route.send(typeof message === 'string' ? withoutMachine(message) : message)
      })
    })
    await page.goto(this.#origin)
    await page.getByText('Engine connected').waitFor()
    // A fragment that is set before the first page has one of its own is not seen.
    await page.waitForURL(/#\/./)
    held = line === 'held'
    await turnTo(page, fragment)
    if (line === 'cut') await socket?.close()
    await settle(page, { waits: line === 'open', ...this.#stillness })
    return page
  }

  async close(): Promise<void> {
    await this.#browser.close()
    await this.#server.stop()
  }
}

/** Which kernel and which container pictures are taken in is of no interest to who looks at them, and differs from one machine to the next. */
export function withoutMachine(told: string): string {
  return told
    .replace(/(?<!\/)\bLinux \d+\.[\w.+-]*/g, 'Linux 6.12')
    .replace(/\b(docker|podman|lxc|containerd|kubepods)\b/g, 'container')
}

/** Goes to another address of a page without loading it again, until the page of that name stands there. */
export async function turnTo(page: Page, fragment: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(`#${fragment}`)}`)
  const [name] = fragment.slice(1).split(/[/?]/)
  await page.locator(`nav a[aria-current="page"][href="#/${name}"]`).waitFor()
  await page.locator('main[aria-busy="false"]').waitFor()
}

/** How far a page goes beyond its window: never sideways, and where its columns stand side by side its panels scroll, not the page. */
export async function overflows(page: Page, { width }: Size): Promise<string[]> {
  const over = await page.evaluate<{ right: number; down: number }>(
    '(({ scrollWidth, clientWidth, scrollHeight, clientHeight }) => ({ right: scrollWidth - clientWidth, down: scrollHeight - clientHeight }))(document.documentElement)',
  )
  return [
    ...(over.right > 0 ? [`the page is ${over.right} px wider than its window`] : []),
    ...(over.down > 0 && width >= 1100 ? [`the page is ${over.down} px higher than its window`] : []),
  ]
}

/** What is being read, and charts whose picture is not there yet. */
const busy = '.skeleton, [aria-busy="true"], .drawing [role="img"]:not(:has(svg path))'

interface Stillness {
  /** false where what the page waits for will never come */
  waits?: boolean
  /** for how long nothing has changed */
  still_ms?: number
}

/** Until nothing that the page has drawn changes any more and no skeleton stands in it, thirty seconds at most. */
export async function settle(page: Page, { waits = true, still_ms = 900 }: Stillness = {}): Promise<void> {
  const latest = performance.now() + 30_000
  let before = ''
  let still = 0
  while (still < 3 && performance.now() < latest) {
    await page.waitForTimeout(still_ms / 3)
    const now = await page.evaluate<string>('document.body.innerHTML.length + document.body.innerText')
    const isBusy = waits && (await page.locator(busy).count()) > 0
    still = now === before && !isBusy ? still + 1 : 0
    before = now
  }
}

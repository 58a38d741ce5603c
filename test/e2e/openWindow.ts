import { chromium, type Browser, type Page } from 'playwright-core'
import { ensureRenderer } from '../../build/pages.ts'
import { chromiumArguments, chromiumPath, patience_ms } from './chromium.ts'
import { endAll } from './endAll.ts'
import { serve, type Served } from './serve.ts'
import { watchPage, type PageWatch } from './watchPage.ts'

/** `bitgauge serve` on a home, and its page in a real Chromium: what a suite of the window stands on. */
export interface OpenWindow {
  readonly browser: Browser
  readonly page: Page
  /** of the page, from before it was loaded */
  readonly watch: PageWatch
  /** the one that serves now, where it was started again */
  readonly served: Served
  /** Another page of the same session, at an address of the window such as `/jobs`. */
  another(address: string, prepare?: (page: Page) => Promise<void>): Promise<Page>
  /** Starts it again where it was killed, under the same address; pages need its new link. */
  serveAgain(): Promise<void>
  /** Ends both; it must end in order. */
  end(): Promise<void>
}

/** Opens the window on a home, and waits until its page has its line to the host. */
export async function openWindow(home: string, environment: NodeJS.ProcessEnv = {}): Promise<OpenWindow> {
  await ensureRenderer()
  let served = await serve(home, environment)
  let browser: Browser | undefined
  try {
    browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArguments })
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    context.setDefaultTimeout(patience_ms)
    const page = await context.newPage()
    const watch = watchPage(page, served.origin)
    await page.goto(served.url)
    await page.getByText('Engine connected').waitFor()
    const open = { browser, page, watch }
    return {
      ...open,
      get served() {
        return served
      },
      async another(address, prepare = () => Promise.resolve()) {
        const other = await context.newPage()
        await prepare(other)
        await other.goto(`${served.origin}/#${address}`)
        return other
      },
      async serveAgain() {
        served = await serve(home, environment, Number(new URL(served.origin).port))
      },
      end: () =>
        endAll(
          () => open.browser.close(),
          () => endInOrder(served),
        ),
    }
  } catch (thrown) {
    await endAll(
      () => browser?.close(),
      () => served.stop(),
    )
    throw thrown
  }
}

async function endInOrder(served: Served): Promise<void> {
  const code = await served.stop()
  if (code !== 0) throw new Error(`bitgauge serve ended with ${code}`)
}

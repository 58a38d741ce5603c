import type { Browser, Page } from 'playwright-core'

const size = { width: 1280, height: 800 }
/** More than the browser's own bars are high. */
const bars = 160

/**
 * A page of 1280 x 800 in a window that shows all of it. By itself the window is as large as its page with the browser's bars over it, and the page's
 * lower end lies outside: frames in which only that changes are drawn and never shown, and count as shown with the next change elsewhere.
 */
export async function openWindow(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: size })
  const wire = await page.context().newCDPSession(page)
  const { windowId } = await wire.send('Browser.getWindowForTarget')
  await wire.send('Browser.setWindowBounds', { windowId, bounds: { ...size, height: size.height + bars } })
  await wire.detach()
  return page
}

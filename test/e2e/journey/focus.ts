import type { Locator, Page } from 'playwright-core'

/** Moves the focus to a thing by Tab or Shift Tab, whichever leads there. */
export async function reach(page: Page, thing: Locator): Promise<void> {
  await thing.waitFor()
  for (let step = 0; step < 400; step += 1) {
    const way = await thing.evaluate(wayTo)
    if (way === 'here') return
    await page.keyboard.press(way === 'before' ? 'Shift+Tab' : 'Tab')
  }
  throw new Error(`Tab does not come to ${thing.toString()}`)
}

export async function hasFocus(thing: Locator): Promise<boolean> {
  return (await thing.evaluate(wayTo)) === 'here'
}

/** Leaves a field, so that single letters are the window's. */
export async function leaveField(page: Page): Promise<void> {
  for (let step = 0; step < 20; step += 1) {
    const isField = await page.evaluate<boolean>(
      "['INPUT', 'SELECT', 'TEXTAREA'].includes(document.activeElement?.tagName) || document.activeElement?.shadowRoot != null",
    )
    if (!isField) return
    await page.keyboard.press('Tab')
  }
}

/** Runs in the page: where a thing lies from what has the focus. */
function wayTo(thing: unknown): 'here' | 'before' | 'after' {
  interface Place {
    readonly ownerDocument: { readonly activeElement: Place | null; readonly body: Place }
    compareDocumentPosition(other: Place): number
  }
  const place = thing as Place
  const { activeElement, body } = place.ownerDocument
  if (activeElement === place) return 'here'
  if (activeElement === null || activeElement === body) return 'after'
  return (activeElement.compareDocumentPosition(place) & 2) !== 0 ? 'before' : 'after'
}

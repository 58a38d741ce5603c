import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** What axe finds wrong with the page as it stands, one line for each element. */
export function violations(page: Page): Promise<string[]> {
  return found(builder(page))
}

/** The same of its colours alone: all that another theme changes. */
export function colourViolations(page: Page): Promise<string[]> {
  return found(builder(page).withRules(['color-contrast', 'link-in-text-block']))
}

const builder = (page: Page): AxeBuilder => new AxeBuilder({ page }).setLegacyMode(true)

async function found(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.analyze()
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 160)}`))
}

import type { Page } from 'playwright-core'

/** A study of some minutes, from the page that builds it; the page then shows it. */
export async function startStudy(page: Page, draws: number): Promise<void> {
  await page.evaluate(`location.hash = '#/studies/new?template=calibration&draws=${draws}'`)
  await page.getByRole('button', { name: /^Start study/ }).waitFor()
  await page.waitForTimeout(1500)
  await page.keyboard.press('Control+Enter')
  await page.getByText('Running').first().waitFor({ timeout: 60_000 })
}

import type { Locator, Page } from 'playwright-core'

/** The parts of the page by what a reader calls them. */
export function startPage(page: Page) {
  const panel = (title: string): Locator => page.getByRole('region', { name: title, exact: true })
  return {
    jobs: panel('Jobs'),
    machine: panel('This machine'),
    proved: panel('Proved by running'),
    times: panel('Time of the LSTM’s operations'),
    strip: panel('What everything stands on'),
    chart: page.getByRole('img', { name: /^Median milliseconds/ }),
    measure: panel('Time of the LSTM’s operations').getByRole('button', { name: /^Measur(e|ing)/ }),
    /** the newest job, which stands first */
    newest: panel('Jobs').locator('tr[data-job]').first(),
    goTo: (where: 'machine' | 'jobs') => openAt(page, where === 'machine' ? '/settings/machine' : '/jobs'),
  }
}

/** Goes to an address of the page without loading it again. */
export async function openAt(page: Page, address: string): Promise<void> {
  await page.evaluate(`location.hash = '#${address}'`)
}

export async function isInState(job: Locator, state: string): Promise<void> {
  await job.and(job.page().locator(`[data-state="${state}"]`)).waitFor()
}

/** Waits until a job has counted something, so that its process is at work. */
export async function isCounting(job: Locator): Promise<void> {
  await job.getByText(/^[1-9]\d* of \d+/).waitFor()
}

/** Every listed job is removed by the page's own button. */
export async function clearJobs(page: Page): Promise<void> {
  const { jobs } = startPage(page)
  const remove = jobs.getByRole('button', { name: 'Remove ended' })
  if (await remove.isEnabled()) await remove.click()
  await jobs.getByText('No job yet').waitFor()
}

import { cpus } from 'node:os'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ensureRenderer } from '../../build/pages.ts'
import { violations } from './accessibility.ts'
import { describeInChromium } from './chromium.ts'
import type { OpenShell, ShellKind } from './openShell.ts'
import { computePidsBelow } from './processes.ts'
import { slowed } from './slowed.ts'
import { clearJobs, isCounting, isInState, openAt, startPage } from './startPage.ts'
import { watchPage, type PageWatch } from './watchPage.ts'

/** What the page must do in every shell: real Chromium, real host, real compute process, real TensorFlow. */
export function describeThePage(kind: ShellKind): void {
  describeInChromium(`the page in ${kind.name}`, () => {
    let shell: OpenShell
    let watch: PageWatch
    let at: ReturnType<typeof startPage>

    beforeAll(async () => {
      await ensureRenderer()
      shell = await kind.open()
      watch = watchPage(shell.page, shell.origin)
      await openAt(shell.page, '/settings/machine')
      await shell.page.reload()
      at = startPage(shell.page)
    })

    afterAll(async () => {
      expect(await shell.close()).toBe(kind.orderlyCode)
    })

    it('shows what doctor found: the machine, the library and the operations that were proved', async () => {
      await at.proved.getByText('agrees').first().waitFor()
      const rows = at.proved.locator('tbody tr')
      expect(await rows.count()).toBeGreaterThanOrEqual(5)
      expect(await at.proved.getByText('agrees').count()).toBe(await rows.count())
      expect(await at.proved.getByRole('rowheader', { name: /^BlockLSTMV2 gradient/ }).count()).toBe(1)
      expect(await at.strip.locator('[data-fact="tensorflow"]').innerText()).toMatch(/2\.21\.0[\s\S]*ready/)
      expect(await at.machine.innerText()).toContain(`${cpus().length} logical`)
      expect(await at.machine.innerText()).toContain(cpus()[0]?.model.trim())
      expect(await at.machine.innerText()).toContain(process.versions.node)
      expect(await at.machine.locator('[data-check][data-status="pass"]').count()).toBeGreaterThan(5)
    })

    it('says in words and by one action that nothing was measured yet', async () => {
      expect(await at.times.innerText()).toContain('Not measured yet')
      expect(await at.jobs.innerText()).toContain('No job yet')
      expect(await violations(shell.page)).toEqual([])
    })

    it('measures on Ctrl Enter, shows the progress, and plots every sample and the medians', async () => {
      await shell.page.keyboard.press('Control+Enter')
      const share = await slowed(shell.hostPid, async () => {
        await isInState(at.newest, 'running')
        await isCounting(at.newest)
        return at.times.getByRole('progressbar').getAttribute('aria-valuenow')
      })
      expect(Number(share)).toBeGreaterThan(0)
      expect(Number(share)).toBeLessThan(100)
      await isInState(at.newest, 'done')
      await at.chart.locator('svg').waitFor()
      expect(await at.chart.locator('path[fill-opacity="0.5"]').count()).toBe(3 * 3 * 20)
      expect(await at.chart.getAttribute('aria-label')).toMatch(/MatMul: [\d.]+ at 64, [\d.]+ at 100, [\d.]+ at 200\./)
    })

    it('shows the same samples as a table', async () => {
      await at.times.getByRole('button', { name: 'Show as Table' }).click()
      const cells = await at.times.locator('tbody tr td:last-child').allInnerTexts()
      expect(cells.map((cell) => cell.trim().split(/\s+/).length)).toEqual(Array(9).fill(20))
      await at.times.getByRole('button', { name: 'Chart', exact: true }).click()
      await at.chart.locator('svg').waitFor()
    })

    it('cancels a job', async () => {
      await slowed(shell.hostPid, async () => {
        await at.measure.click()
        await isCounting(at.newest)
        await at.newest.getByRole('button', { name: /^Cancel/ }).click()
      })
      await isInState(at.newest, 'cancelled')
      expect(await at.newest.innerText()).toContain('Cancelled')
    })

    it('shows a compute process that was killed, says what to do, and runs the next job in a new one', async () => {
      const pids = await slowed(shell.hostPid, async () => {
        await at.measure.click()
        await isCounting(at.newest)
        const found = computePidsBelow(shell.hostPid)
        process.kill(found[0] ?? 0, 'SIGKILL')
        return found
      })
      expect(pids).toHaveLength(1)
      await isInState(at.newest, 'failed')
      await at.jobs.getByText('The compute process ended unexpectedly.').waitFor()
      expect(await at.jobs.innerText()).toMatch(
        /The compute process ended while the job ran[\s\S]*start the job again/i,
      )
      expect(await violations(shell.page)).toEqual([])
      await at.measure.click()
      await isCounting(at.newest)
      expect(computePidsBelow(shell.hostPid)).not.toContain(pids[0])
      await isInState(at.newest, 'done')
      expect(await at.jobs.getByText('The compute process ended unexpectedly.').count()).toBe(0)
    })

    it('shows the same jobs after it was loaded again, and on the page of jobs', async () => {
      const states = (): Promise<string[]> =>
        shell.page
          .locator('tr[data-job]')
          .evaluateAll((rows) => rows.map((row) => `${row.dataset['job']} ${row.dataset['state']}`))
      const before = await states()
      expect(before.map((line) => line.split(' ')[1])).toEqual(['done', 'failed', 'cancelled', 'done'])
      await shell.page.reload()
      await at.chart.locator('svg').waitFor()
      expect(await states()).toEqual(before)
      await at.goTo('jobs')
      await shell.page.getByRole('heading', { level: 1, name: 'Jobs' }).waitFor()
      expect(await states()).toEqual(before)
    })

    it.each(['light', 'dark'] as const)(
      'has no violation that axe finds in the %s theme, on either page',
      async (theme) => {
        await useTheme(theme)
        expect(await violations(shell.page)).toEqual([])
        await at.goTo('machine')
        await at.chart.locator('svg').waitFor()
        await at.proved.getByText('agrees').first().waitFor()
        expect(await violations(shell.page)).toEqual([])
        await at.goTo('jobs')
      },
    )

    it('remembers the theme', async () => {
      await useTheme('dark')
      await shell.page.reload()
      await shell.page.getByRole('button', { name: 'Use the light theme' }).waitFor()
      expect(await shell.page.evaluate('document.documentElement.dataset.theme')).toBe('dark')
    })

    it('can be reached and seen by keyboard', async () => {
      await at.goTo('machine')
      await shell.page.reload()
      await at.chart.locator('svg').waitFor()
      await shell.page.getByRole('button', { name: 'Check again' }).waitFor()
      await shell.page.keyboard.press('Tab')
      expect(await focused()).toMatchObject({ words: 'Skip to content', outline: 'solid 2px', away: '2px' })
      await shell.page.keyboard.press('Enter')
      const reached: string[] = []
      for (let step = 0; step < 12; step += 1) {
        await shell.page.keyboard.press('Tab')
        reached.push((await focused()).words)
      }
      expect(reached.slice(0, 4)).toEqual(['Check again', 'Chart', 'Show as Table', 'Measure'])
      expect(reached).toContain('Remove ended')
    })

    it('stacks its columns and never scrolls sideways at twice the zoom', async () => {
      await shell.page.setViewportSize({ width: 640, height: 400 })
      const sizes = await shell.page.evaluate(
        '({ wide: document.documentElement.scrollWidth, tall: document.documentElement.scrollHeight })',
      )
      expect(sizes).toMatchObject({ wide: 640 })
      expect((sizes as { tall: number }).tall).toBeGreaterThan(400)
      expect(await violations(shell.page)).toEqual([])
      await shell.page.setViewportSize({ width: 1280, height: 800 })
    })

    it('removes ended jobs', async () => {
      await at.newest.getByRole('button', { name: /^Remove/ }).click()
      await at.jobs.locator('tr[data-job]').nth(3).waitFor({ state: 'detached' })
      await clearJobs(shell.page)
    })

    it('asked nobody else for anything, and broke no rule of its policy', () => {
      expect(watch.foreign).toEqual([])
      expect(watch.complaints).toEqual([])
    })

    async function useTheme(theme: 'light' | 'dark'): Promise<void> {
      const button = shell.page.getByRole('button', { name: `Use the ${theme} theme` })
      if ((await button.count()) > 0) await button.click()
    }

    async function focused(): Promise<{ words: string; outline: string; away: string }> {
      return shell.page.evaluate(`(() => {
        const one = document.activeElement
        const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(one)
        return { words: one.textContent.trim(), outline: outlineStyle + ' ' + outlineWidth, away: outlineOffset }
      })()`)
    }
  })
}

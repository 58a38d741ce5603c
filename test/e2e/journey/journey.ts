import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it, onTestFailed } from 'vitest'
import { ensureRenderer } from '../../../build/pages.ts'
import { describeInChromium, patience_ms } from '../chromium.ts'
import type { OpenShell } from '../openShell.ts'
import { watchPage, type PageWatch } from '../watchPage.ts'
import { filesInside } from './archive.ts'
import { textFile, type TextFile } from './texts.ts'
import {
  exportSeen,
  importTexts,
  openRun,
  readVerdict,
  startStudy,
  storeSet,
  trainSmall,
  type Traveller,
} from './travel.ts'

/** A shell, and how somebody travels in it. */
export interface JourneyKind<Shell extends OpenShell> {
  readonly name: string
  open(): Promise<Shell>
  /** @param folder where saved files go */
  traveller(shell: Shell, folder: string): Traveller
}

/** From an empty home to an exported table: real Chromium, real engine, one person. */
export function describeTheJourney<Shell extends OpenShell>(kind: JourneyKind<Shell>): void {
  describeInChromium(`from an empty home to an exported table, ${kind.name}`, () => {
    let shell: Shell
    let watch: PageWatch
    let traveller: Traveller
    let folder: string
    let file: TextFile
    let shown: string[]
    let lost = false

    beforeAll(async () => {
      await ensureRenderer()
      folder = mkdtempSync(join(tmpdir(), 'bitgauge-journey-'))
      file = textFile(folder, 1200)
      if (file.reason !== null) process.stdout.write(`journey on made texts: ${file.reason}\n`)
      shell = await kind.open()
      shell.page.setDefaultTimeout(patience_ms)
      watch = watchPage(shell.page, shell.origin)
      traveller = kind.traveller(shell, folder)
    })

    // Each step begins where the one before has ended.
    beforeEach(({ skip }) => {
      skip(lost, 'the step before did not arrive')
      onTestFailed(() => void (lost = true))
    })

    afterAll(async () => {
      expect(await shell.close()).toBe(0)
      rmSync(folder, { recursive: true, force: true })
    })

    it('imports texts', async () => {
      await importTexts(traveller, file, 'news')
      const bars = await shell.page.getByRole('region', { name: 'Classes', exact: true }).first().innerText()
      for (const name of file.classes) expect(bars).toContain(name)
    })

    it('trains a model on them', async () => {
      await trainSmall(traveller, 'small')
      expect(await shell.page.getByRole('region', { name: 'Curves', exact: true }).innerText()).toContain('was kept')
    })

    it('composes a calibration set by its sliders and stores it', async () => {
      const [first = '', second = ''] = file.classes
      await storeSet(traveller, 'mine', { [first]: 40, [second]: 10 })
      expect(new URL(shell.page.url()).hash).toContain('/calibration/mine')
      const shareOf = async (name: string): Promise<number> => {
        const slider = shell.page.getByRole('slider', { name: `Share of ${name}`, exact: true })
        return Number(await slider.getAttribute('aria-valuenow'))
      }
      expect([await shareOf(first), await shareOf(second)]).toEqual([40, 10])
      const shares = await Promise.all(file.classes.map(shareOf))
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 6)
    })

    it('asks a question about how few bits do, and has it measured', async () => {
      await startStudy(traveller, 'journey', 'small')
      const { word, sentence } = await readVerdict(traveller)
      expect(word).toMatch(/^(held|not held|undecided|depends.*)$/i)
      expect(sentence).toMatch(/^question\.[\s\S]*bits[\s\S]*two one-sided tests; unit text/i)
      expect(sentence).toContain(`${file.tested} pairs`)
    })

    it('reads a table of accuracies and the run behind a figure', async () => {
      shown = await openRun(traveller)
      expect(shown).toHaveLength(4)
      for (const figure of shown) expect(figure).toMatch(/^\d{1,3}\.\d\d$/)
      expect(await shell.page.getByRole('complementary').innerText()).toContain(shown[1])
      expect(shell.page.url()).toContain('run=')
    })

    it('exports exactly that as LaTeX and PNG', async () => {
      const files = await filesInside(readFileSync(await exportSeen(traveller)))
      const tables = [...files].filter(([name]) => name.endsWith('.tex')).map(([, bytes]) => bytes.toString('utf8'))
      const table = tables.find((text) => text.includes('W8 A8 C8')) ?? ''
      expect(table).toMatch(/\\toprule[\s\S]*\\midrule[\s\S]*\\bottomrule/)
      const [row = ''] = table.split('\n').filter((line) => line.includes('ours'))
      expect(row.match(/\d+\.\d\d/g)).toEqual(shown)
      const [, picture] = [...files].find(([name]) => name.endsWith('.png')) ?? []
      expect(picture?.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
      expect(picture?.readUInt32BE(16)).toBeGreaterThan(600)
      expect(picture?.readUInt32BE(20)).toBeGreaterThan(200)
    })

    it('asked nobody else for anything, and broke no rule of its policy', () => {
      expect(watch).toEqual({ complaints: [], foreign: [] })
    })
  })
}

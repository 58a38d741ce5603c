import { csvDocument } from '../../core/export/csv.ts'
import { htmlText } from '../../core/export/html.ts'
import { htmlTable } from '../../core/export/htmlTable.ts'
import { jsonDocument } from '../../core/export/jsonDocument.ts'
import { latexTable } from '../../core/export/latex.ts'
import { markdownTable } from '../../core/export/markdown.ts'
import { htmlPage } from '../../core/export/page.ts'
import { paretoPoints, profileProvenance, profilesTable, profilesTextTable } from '../../core/export/profileTables.ts'
import { svgDocument } from '../../core/export/svgDocument.ts'
import { boardPareto } from '../../shared/charts/boardPareto.ts'
import type { Look } from '../../shared/charts/look.ts'
import type { ProfileEntry, ProfileExport } from '../../shared/contract/profile.ts'
import type { Exported } from '../../shared/contract/results.ts'
import { version } from '../version.ts'
import { drawPdf, drawPng, drawSvg, fileLooks, type PictureFacts } from './drawChart.ts'
import { openDrawing } from './drawing.ts'
import { fillFolder, type StagedFolder } from './stagedFolder.ts'

/**
 * Profiles as files in a new folder: one table, and accuracy against latency as a picture. The same profiles give the same bytes.
 *
 * @param out the folder to make; its parent is there
 * @throws AppError `file-exists`, `not-found`, `permission-denied`, `disk-full`; nothing is left then
 */
export async function exportProfiles(
  profiles: readonly ProfileEntry[],
  { formats, overwrite }: Pick<ProfileExport, 'formats' | 'overwrite'>,
  out: string,
): Promise<Exported> {
  const provenance = profileProvenance(profiles, version)
  const files = await fillFolder(out, overwrite, async (folder) => {
    await writeTables(profiles, new Set(formats), provenance, folder)
    await writePictures(profiles, new Set(formats), provenance, folder)
  })
  return { made: new Date().toISOString(), files }
}

type Formats = ReadonlySet<ProfileExport['formats'][number]>

async function writeTables(
  profiles: readonly ProfileEntry[],
  formats: Formats,
  provenance: readonly string[],
  folder: StagedFolder,
): Promise<void> {
  const table = profilesTextTable(profiles)
  if (formats.has('csv')) await folder.write('profiles.csv', 'csv', csvDocument(profilesTable(profiles), provenance))
  if (formats.has('json')) {
    await folder.write(
      'profiles.json',
      'json',
      jsonDocument({ schema: 'bitgauge/profiles/1', provenance: [...provenance], profiles: [...profiles] }),
    )
  }
  if (formats.has('markdown')) await folder.write('profiles.md', 'markdown', markdownTable(table, provenance))
  if (formats.has('latex')) await folder.write('profiles.tex', 'latex', latexTable(table, provenance))
  if (formats.has('html')) {
    const lines = provenance.map((line) => `<p class="note">${htmlText(line)}</p>`)
    const body = ['<main>', htmlTable(table, 1), ...lines, '</main>'].join('\n')
    await folder.write('profiles.html', 'html', htmlPage({ title: table.title, body, provenance, fonts: '' }))
  }
}

async function writePictures(
  profiles: readonly ProfileEntry[],
  formats: Formats,
  provenance: readonly string[],
  folder: StagedFolder,
): Promise<void> {
  const points = paretoPoints(profiles)
  const wanted = (['svg', 'png', 'pdf'] as const).filter((format) => formats.has(format))
  if (points.length === 0 || wanted.length === 0) return
  const drawing = await openDrawing()
  const facts: PictureFacts = { foot: `Bitgauge ${version}; ${provenance[0]!}`, provenance }
  for (const against of ['latency', 'size'] as const) {
    const of = (look: Look) => boardPareto({ points, against, enlarged: true }, look)!
    const name = `accuracy-against-${against}`
    if (formats.has('svg')) {
      const svg = drawSvg(drawing, of(fileLooks.named), fileLooks.named, 'p', facts)
      await folder.write(`${name}.svg`, 'svg', svgDocument(svg, provenance))
    }
    if (formats.has('png')) await folder.write(`${name}.png`, 'png', drawPng(drawing, of(fileLooks.drawn), facts))
    if (formats.has('pdf')) await folder.write(`${name}.pdf`, 'pdf', drawPdf(drawing, of(fileLooks.drawn), facts))
  }
}

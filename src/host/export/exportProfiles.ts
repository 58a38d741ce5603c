import { csvDocument } from '../../core/export/csv.ts'
import { htmlText } from '../../core/export/html.ts'
import { htmlTable } from '../../core/export/htmlTable.ts'
import { jsonDocument } from '../../core/export/jsonDocument.ts'
import { latexTable } from '../../core/export/latex.ts'
import { markdownTable } from '../../core/export/markdown.ts'
import { htmlPage } from '../../core/export/page.ts'
import { profileProvenance, profilesTable, profilesTextTable } from '../../core/export/profileTables.ts'
import { svgDocument } from '../../core/export/svgDocument.ts'
import { boardPareto } from '../../shared/charts/boardPareto.ts'
import { boardPoints } from '../../shared/charts/boardPoints.ts'
import type { Figure } from '../../shared/charts/figure.ts'
import type { Look } from '../../shared/charts/look.ts'
import type { ProfileChart, ProfileEntry, ProfileExport, ProfilesShown } from '../../shared/contract/profile.ts'
import type { Exported } from '../../shared/contract/results.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import { version } from '../version.ts'
import type { ProfileRepository } from '../../store/index.ts'
import { drawPdf, drawPng, drawSvg, fileLooks, type PictureFacts } from './drawChart.ts'
import { openDrawing, type Drawing } from './drawing.ts'
import { fillFolder, type StagedFolder } from './stagedFolder.ts'

/**
 * Profiles as files in a new folder: one table, and accuracy against latency and size as pictures. The same profiles give the same bytes.
 *
 * @param out the folder to make; its parent is there
 * @throws AppError `file-exists`, `not-found`, `permission-denied`, `disk-full`, `cancelled`; nothing is left then
 */
export async function exportProfiles(
  profiles: readonly ProfileEntry[],
  { overwrite, ...shown }: Pick<ProfileExport, 'formats' | 'charts' | 'overwrite'>,
  out: string,
  signal?: AbortSignal,
): Promise<Exported> {
  const files = await fillFolder(out, overwrite, (folder) => writeProfiles(profiles, shown, folder, signal))
  return { made: new Date().toISOString(), files }
}

/** The same files into any folder, one that is in memory too. Errors: `cancelled`. */
export async function writeProfiles(
  profiles: readonly ProfileEntry[],
  { formats, charts = usualCharts }: Pick<ProfilesShown, 'formats' | 'charts'>,
  folder: StagedFolder,
  signal?: AbortSignal,
): Promise<void> {
  const provenance = profileProvenance(profiles, version)
  await writeTables(profiles, new Set(formats), provenance, folder)
  await writePictures(profiles, { formats: new Set(formats), charts, signal }, provenance, folder)
}

const usualCharts: ProfileChart[] = [
  { against: 'latency', enlarged: true },
  { against: 'size', enlarged: true },
]

/** A picture says of its points what a table says in a column. */
function quickWords(profiles: readonly ProfileEntry[]): string {
  const quick = profiles.filter((profile) => profile.quick).length
  if (quick === 0) return ''
  return quick === profiles.length ? '; measured quickly' : `; ${quick} of ${profiles.length} measured quickly`
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
  { formats, charts, signal }: { formats: Formats; charts: readonly ProfileChart[]; signal: AbortSignal | undefined },
  provenance: readonly string[],
  folder: StagedFolder,
): Promise<void> {
  const points = boardPoints(profiles)
  const wanted = (['svg', 'png', 'pdf'] as const).filter((format) => formats.has(format))
  if (points.length === 0 || wanted.length === 0) return
  const drawing = await openDrawing()
  const facts: PictureFacts = { foot: `Bitgauge ${version}; ${provenance[0]!}${quickWords(profiles)}`, provenance }
  for (const { against, enlarged } of charts) {
    const of = (look: Look) => boardPareto({ points, against, enlarged }, look)!
    const name = `accuracy-against-${against}${enlarged ? '' : '-full-scale'}`
    for (const format of wanted) {
      if (signal?.aborted === true) throw new AppError('cancelled', 'The export was cancelled.')
      await folder.write(`${name}.${format}`, format, pictureOf[format](drawing, of, facts))
    }
  }
}

type Draw = (drawing: Drawing, of: (look: Look) => Figure, facts: PictureFacts) => string | Uint8Array

const pictureOf: Record<'svg' | 'png' | 'pdf', Draw> = {
  svg: (drawing, of, facts) =>
    svgDocument(drawSvg(drawing, of(fileLooks.named), fileLooks.named, 'p', facts), facts.provenance),
  png: (drawing, of, facts) => drawPng(drawing, of(fileLooks.drawn), facts),
  pdf: (drawing, of, facts) => drawPdf(drawing, of(fileLooks.drawn), facts),
}

/**
 * The newest profile of each model on each of some boards, in their order.
 *
 * @throws AppError `not-found` where there is none
 */
export function newestProfiles(store: Pick<ProfileRepository, 'list'>, boards: readonly string[]): ProfileEntry[] {
  const all = [...new Set(boards)].flatMap((board) => newestOf(store.list({ board, limit: 10_000 })))
  if (all.length > 0) return all
  throw new AppError('not-found', 'There are no profiles of these boards.', { hint: nextStep('profile-on-board') })
}

/** The newest of each model on each board; the list is newest first. */
export function newestOf(all: readonly ProfileEntry[]): ProfileEntry[] {
  const seen = new Set<string>()
  return all.filter(({ board, model }) => {
    const key = `${board.name} ${model.fingerprint}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

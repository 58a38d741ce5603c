import { setImmediate } from 'node:timers/promises'
import type { z } from 'zod'
import { contrastsTable } from '../../core/export/contrastsTable.ts'
import { csvDocument } from '../../core/export/csv.ts'
import { contrastsData, longTable, missingTable, pivotData } from '../../core/export/dataTable.ts'
import { htmlText } from '../../core/export/html.ts'
import { htmlTable } from '../../core/export/htmlTable.ts'
import { jsonDocument } from '../../core/export/jsonDocument.ts'
import { latexTable } from '../../core/export/latex.ts'
import { markdownTable } from '../../core/export/markdown.ts'
import { htmlPage } from '../../core/export/page.ts'
import { pivotTable } from '../../core/export/pivotTable.ts'
import { provenanceFoot, provenanceLines } from '../../core/export/provenance.ts'
import { publishedTextTable, type PublishedRequest } from '../../core/export/published.ts'
import { studyReport, type ReportChart } from '../../core/export/report.ts'
import { svgDocument } from '../../core/export/svgDocument.ts'
import type { TextTable } from '../../core/export/textTable.ts'
import type { Figure } from '../../shared/charts/figure.ts'
import { pivot, pivotRequestSchema, type Pivot } from '../../shared/charts/pivot.ts'
import { chartRequestSchema, figuresOf, usualCharts, usualPivots } from '../../shared/charts/requests.ts'
import type { ExportFormat, Exported, Results } from '../../shared/contract/results.ts'
import { AppError } from '../../shared/errors.ts'
import { drawPdf, drawPng, drawSvg, fileLooks, type PictureFacts } from './drawChart.ts'
import { openDrawing, type Drawing } from './drawing.ts'
import { embeddedFaces } from './fonts.ts'
import { fillFolder, type StagedFolder } from './stagedFolder.ts'

/** What an export is of. */
export interface ExportContent {
  formats: readonly ExportFormat[]
  /** left out: {@link usualPivots} */
  tables?: readonly z.input<typeof pivotRequestSchema>[] | undefined
  /** left out: {@link usualCharts} */
  charts?: readonly z.input<typeof chartRequestSchema>[] | undefined
  /** published figures to hold the study against */
  published?: readonly PublishedRequest[] | undefined
}

/** How long it takes, and whether it is still wanted. */
export interface ExportControl {
  signal?: AbortSignal
  /** after each file or picture */
  tell?: (done: number, total: number) => void
}

export interface ExportOptions extends ExportContent, ExportControl {
  /** the folder to make; its parent is there */
  out: string
  /** replaces the folder of an earlier export */
  overwrite?: boolean
  /** left out: now; stands beside the export, never in its bytes */
  made?: Date
}

/**
 * A study's results as files in a new folder: tables, charts, a report. The same results and options give the same bytes.
 *
 * @throws AppError `file-exists`, `not-found`, `permission-denied`, `disk-full`, `cancelled`, and `input-invalid` for a table or chart that the study
 * cannot give; nothing is left then
 */
export async function exportResults(results: Results, options: ExportOptions): Promise<Exported> {
  const plan = planExport(results, options)
  const files = await fillFolder(options.out, options.overwrite ?? false, (folder) =>
    writeAll(results, plan, folder, options),
  )
  return { made: (options.made ?? new Date()).toISOString(), files }
}

/** The same files into any folder, one that is in memory too; the list of them is the folder's. Errors: `cancelled`, `input-invalid`. */
export async function writeExport(
  results: Results,
  content: ExportContent,
  folder: StagedFolder,
  control: ExportControl = {},
): Promise<void> {
  await writeAll(results, planExport(results, content), folder, control)
}

interface Plan {
  formats: ReadonlySet<ExportFormat>
  pivots: { pivot: Pivot; table: TextTable }[]
  /** pivots, then published ones */
  tables: TextTable[]
  questions: TextTable[]
  charts: ReturnType<typeof usualCharts>
}

/** All that can be wrong with what was asked for is found before a file is written. */
function planExport(results: Results, { formats, tables, charts, published = [] }: ExportContent): Plan {
  const requests = tables?.map((table) => parsed(pivotRequestSchema, table, 'table')) ?? usualPivots(results)
  const pivots = withOwnNames(
    requests.map((request) => pivot(results, request)).map((one) => ({ pivot: one, table: pivotTable(one, results) })),
  )
  return {
    formats: new Set(formats),
    pivots,
    tables: [...pivots.map(({ table }) => table), ...published.map((one) => publishedTextTable(results, one))],
    questions: results.answers.filter(({ contrasts }) => contrasts.length > 0).map(contrastsTable),
    charts: charts?.map((chart) => parsed(chartRequestSchema, chart, 'chart')) ?? usualCharts(results),
  }
}

function parsed<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new AppError('input-invalid', `No such ${what} can be made.`, {
    found: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  })
}

function withOwnNames(pivots: Plan['pivots']): Plan['pivots'] {
  const taken = new Map<string, number>()
  return pivots.map((one) => {
    const times = (taken.get(one.table.name) ?? 0) + 1
    taken.set(one.table.name, times)
    return times === 1 ? one : { ...one, table: { ...one.table, name: `${one.table.name}-${times}` } }
  })
}

async function writeAll(
  results: Results,
  plan: Plan,
  folder: StagedFolder,
  { signal, tell }: ExportControl,
): Promise<void> {
  const jobs = [...tableJobs(results, plan, folder), ...(await pictureJobs(results, plan, folder))]
  for (const [index, job] of jobs.entries()) {
    if (signal?.aborted === true) throw new AppError('cancelled', 'The export was cancelled; nothing of it is left.')
    await job()
    tell?.(index + 1, jobs.length)
    // A picture takes some hundredths of a second; whoever waits for the host comes in between.
    await setImmediate()
  }
}

type Job = () => Promise<void>

function tableJobs(results: Results, { formats, pivots, tables, questions }: Plan, folder: StagedFolder): Job[] {
  const facts = provenanceLines(results)
  const jobs: Job[] = []
  if (formats.has('csv')) {
    const data = [
      longTable(results),
      missingTable(results),
      ...pivots.map(({ pivot: one, table }) => pivotData(one, table.name)),
      contrastsData(results.answers),
    ]
    for (const one of data.filter(({ rows }) => rows.length > 0))
      jobs.push(() => folder.write(`${one.name}.csv`, 'csv', csvDocument(one, facts)))
  }
  if (formats.has('json')) {
    jobs.push(() => folder.write('results.json', 'json', jsonDocument({ schema: 'bitgauge/results/1', results })))
    for (const { pivot: one, table } of pivots) {
      jobs.push(() =>
        folder.write(
          `${table.name}.json`,
          'json',
          jsonDocument({ schema: 'bitgauge/pivot/1', madeFrom: madeFrom(results), pivot: one }),
        ),
      )
    }
  }
  for (const table of [...tables, ...questions]) {
    if (formats.has('markdown'))
      jobs.push(() => folder.write(`${table.name}.md`, 'markdown', markdownTable(table, facts)))
    if (formats.has('latex')) jobs.push(() => folder.write(`${table.name}.tex`, 'latex', latexTable(table, facts)))
    if (formats.has('html')) jobs.push(() => folder.write(`${table.name}.html`, 'html', tablePage(table, facts)))
  }
  return jobs
}

function tablePage(table: TextTable, provenance: readonly string[]): string {
  const lines = provenance.map((line) => `<p class="note">${htmlText(line)}</p>`)
  const body = ['<main>', htmlTable(table, 1), ...lines, '</main>'].join('\n')
  return htmlPage({ title: table.title, body, provenance, fonts: '' })
}

function madeFrom({ study, dataset, versions, cells }: Results) {
  return {
    study: { id: study.id, name: study.name, fingerprint: study.fingerprint, seed: study.seed },
    dataset,
    versions,
    cells,
  }
}

async function pictureJobs(results: Results, { formats, charts, tables }: Plan, folder: StagedFolder): Promise<Job[]> {
  const asked = (['svg', 'png', 'pdf', 'report'] as const).filter((format) => formats.has(format))
  if (asked.length === 0) return []
  const drawing = await openDrawing()
  const facts: PictureFacts = { foot: provenanceFoot(results), provenance: provenanceLines(results) }
  const jobs: Job[] = []
  if (formats.has('svg')) {
    for (const figure of figuresOf(results, fileLooks.named, charts)) {
      jobs.push(() =>
        folder.write(
          `${figure.name}.svg`,
          'svg',
          svgDocument(drawSvg(drawing, figure, fileLooks.named, 'c', facts), facts.provenance),
        ),
      )
    }
  }
  if (formats.has('png') || formats.has('pdf')) {
    for (const figure of figuresOf(results, fileLooks.drawn, charts)) {
      if (formats.has('png'))
        jobs.push(() => folder.write(`${figure.name}.png`, 'png', drawPng(drawing, figure, facts)))
      if (formats.has('pdf'))
        jobs.push(() => folder.write(`${figure.name}.pdf`, 'pdf', drawPdf(drawing, figure, facts)))
    }
  }
  if (formats.has('report')) jobs.push(...reportJobs(results, drawing, charts, tables, folder))
  return jobs
}

function reportJobs(
  results: Results,
  drawing: Drawing,
  charts: Plan['charts'],
  tables: readonly TextTable[],
  folder: StagedFolder,
): Job[] {
  const light = figuresOf(results, fileLooks.named, charts)
  const dark = figuresOf(results, fileLooks.dark, charts)
  const drawn: ReportChart[] = []
  const jobs = light.map((figure, index) => async () => {
    const other = dark[index] as Figure
    drawn.push({
      figure,
      light: drawSvg(drawing, figure, fileLooks.named, `c${index}l`, null),
      dark: drawSvg(drawing, other, fileLooks.dark, `c${index}d`, null),
    })
  })
  const report = () =>
    folder.write('report.html', 'html-report', studyReport(results, { tables, charts: drawn, fonts: embeddedFaces() }))
  return [...jobs, report]
}

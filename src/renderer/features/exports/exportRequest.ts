import {
  formatView,
  parseView,
  pivotOf,
  chartsOfView,
  usualView,
  type Query,
  type ViewState,
} from '../../../shared/charts/viewState.ts'
import type { ExportRecord, ExportRequest } from '../../../shared/contract/exports.ts'
import { profileExportFormats, type ProfileChart, type ProfilesShown } from '../../../shared/contract/profile.ts'
import { exportFormats, type ExportFormat } from '../../../shared/contract/results.ts'
import { counted } from '../../text/datasets.ts'

export const exportKinds = ['study', 'profiles', 'bundle', 'runtime'] as const
export type ExportKind = (typeof exportKinds)[number]

/** What the page of exports is about, as its address says it. */
export interface ExportView {
  kind: ExportKind
  /** id or name of a study; a quantized model's for a runtime; of profiles the boards, with commas between */
  subject: string
  formats: ExportFormat[]
  /** the tables and charts that suit the study, or what a page of results shows */
  shown: 'usual' | 'view'
  view: ViewState
  /** example texts of a runtime */
  texts: number
  /** of profiles: what accuracy is drawn against */
  against: ProfileChart['against'][]
  /** of profiles: the accuracies that are there, or all */
  scale: 'near' | 'full'
}

export const againstWhat = ['latency', 'size'] as const

export const usualFormats: readonly ExportFormat[] = ['latex', 'png']

/** Keys by which a page of results says what it shows: an address that has one asks for just that. */
const viewKeys = /^(?:rows|columns|measure|charts|question|f\..+)$/

/** By the kind, the key of the address that names what it is of. */
const subjectKeys: Readonly<Record<string, string>> = { runtime: 'model', profiles: 'boards' }

/** In their own order; all where none is named. */
function among<T extends string>(all: readonly T[], named: readonly string[]): T[] {
  const found = all.filter((one) => named.includes(one))
  return found.length === 0 ? [...all] : found
}

export function parseExport(query: Query): ExportView {
  const text = (key: string): string => (typeof query[key] === 'string' ? query[key] : '')
  const formats = text('formats').split(',')
  const found = exportFormats.filter((format) => formats.includes(format))
  const texts = Number(text('texts'))
  return {
    kind: exportKinds.find((kind) => kind === text('kind')) ?? 'study',
    subject: text(subjectKeys[text('kind')] ?? 'study'),
    formats: found.length === 0 ? [...usualFormats] : found,
    shown:
      text('shown') === 'view' || (text('shown') === '' && Object.keys(query).some((key) => viewKeys.test(key)))
        ? 'view'
        : 'usual',
    view: parseView(query),
    texts: Number.isInteger(texts) && texts > 0 ? texts : 32,
    against: among(againstWhat, text('against').split(',')),
    scale: text('scale') === 'full' ? 'full' : 'near',
  }
}

export function formatExport(given: ExportView): Record<string, string> {
  const { kind, subject, formats, shown, view, texts } = given
  if (kind === 'runtime')
    return { kind, ...(subject === '' ? {} : { model: subject }), ...(texts === 32 ? {} : { texts: String(texts) }) }
  const chosen = formats.join() === usualFormats.join() ? {} : { formats: formats.join() }
  if (kind === 'profiles')
    return { kind, ...(subject === '' ? {} : { boards: subject }), ...chosen, ...chartsIn(given) }
  const about = { ...(subject === '' ? {} : { study: subject }), ...(kind === 'study' ? {} : { kind }) }
  if (kind === 'bundle') return about
  const seen = shown === 'view' ? { shown, ...formatView(view) } : {}
  return { ...about, ...chosen, ...seen }
}

function chartsIn({ against, scale }: ExportView): Record<string, string> {
  return { ...(against.length === 2 ? {} : { against: against.join() }), ...(scale === 'near' ? {} : { scale }) }
}

/** The call that makes what a view asks for. */
export function requestOf(given: ExportView): ExportRequest {
  const { kind, subject, formats, shown, view, texts } = given
  if (kind === 'profiles') return { kind, ...profilesOf(given) }
  if (kind === 'runtime') return { kind, model: subject, texts, split: 'dev' }
  if (kind === 'bundle') return { kind, study: subject }
  const seen = shown === 'usual' ? {} : { tables: [pivotOf(view)], charts: chartsOfView(view) }
  return { kind, study: subject, formats, ...seen }
}

/** The boards that the subject of an export of profiles names. */
export function boardsOf(subject: string): string[] {
  return subject.split(',').filter((one) => one !== '')
}

function profilesOf({ subject, formats, against, scale }: ExportView): ProfilesShown {
  const known = profileExportFormats.filter((format) => formats.includes(format))
  return {
    boards: boardsOf(subject),
    formats: known.length === 0 ? ['latex', 'png'] : known,
    charts: against.map((one) => ({ against: one, enlarged: scale === 'near' })),
  }
}

/** The view that a request came from, as far as a page can show it. */
export function viewOf(request: ExportRequest): ExportView {
  const usual = {
    ...{ formats: [...usualFormats], shown: 'usual' as const, view: usualView, texts: 32 },
    ...{ against: [...againstWhat], scale: 'near' as const },
  }
  if (request.kind === 'profiles') {
    const { boards, formats, charts = [] } = request
    const against = among(
      againstWhat,
      charts.map((chart) => chart.against),
    )
    const scale = charts.some(({ enlarged }) => !enlarged) ? 'full' : 'near'
    return { ...usual, kind: 'profiles', subject: boards.join(), formats, against, scale }
  }
  if (request.kind === 'runtime') return { ...usual, kind: 'runtime', subject: request.model, texts: request.texts }
  if (request.kind === 'bundle') return { ...usual, kind: 'bundle', subject: request.study }
  const [table] = request.tables ?? []
  if (table === undefined) return { ...usual, kind: 'study', subject: request.study, formats: request.formats }
  const { rows, columns, value, only, question } = table
  const charts = [...new Set((request.charts ?? []).map(({ kind }) => kind))]
  const view = { filters: only, rows, columns, measure: value, charts, question: question ?? null }
  return { ...usual, kind: 'study', subject: request.study, formats: request.formats, shown: 'view', view }
}

/** The command that writes the same files; `request.json` holds what tables and charts are asked for. */
export function commandOf(request: ExportRequest, name: string): string {
  const quoted = /^[\w./-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`
  if (request.kind === 'profiles') return profilesCommand(request, quoted)
  if (request.kind === 'bundle') return `bitgauge bundle create ${quoted} ${quoted}.bitgauge.tar.gz`
  if (request.kind === 'runtime')
    return `bitgauge export --model ${quoted} --format runtime --texts ${request.texts} --out ${quoted}`
  const own = request.tables === undefined && request.charts === undefined ? '' : ' --request request.json'
  return `bitgauge export --study ${quoted} --format ${request.formats.join(',')}${own} --out ${quoted}`
}

function profilesCommand({ boards, formats, charts = [] }: ProfilesShown, out: string): string {
  const against = charts.length === 1 ? ` --against ${charts[0]!.against}` : ''
  const whole = charts.some(({ enlarged }) => !enlarged) ? ' --full-scale' : ''
  const named = boards.map((board) => ` --board ${board}`).join('')
  return `bitgauge export${named} --format ${formats.join(',')}${against}${whole} --out ${out}`
}

/** What a record in the history is of, in words. */
export function recordWords({ request }: Pick<ExportRecord, 'request'>): string {
  if (request.kind === 'bundle') return 'bundle'
  if (request.kind === 'runtime') return `runtime, ${counted(request.texts, 'text')}`
  if (request.kind === 'profiles') return `${request.formats.join(', ')}; profiles`
  const own =
    request.tables === undefined && request.charts === undefined ? 'what suits the study' : 'as seen in Results'
  return `${request.formats.join(', ')}; ${own}`
}

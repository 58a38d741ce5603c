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
import { exportFormats, type ExportFormat } from '../../../shared/contract/results.ts'

export const exportKinds = ['study', 'bundle', 'runtime'] as const
export type ExportKind = (typeof exportKinds)[number]

/** What the page of exports is about, as its address says it. */
export interface ExportView {
  kind: ExportKind
  /** id or name of a study; a quantized model's for a runtime */
  subject: string
  formats: ExportFormat[]
  /** the tables and charts that suit the study, or what a page of results shows */
  shown: 'usual' | 'view'
  view: ViewState
  /** example texts of a runtime */
  texts: number
}

export const usualFormats: readonly ExportFormat[] = ['latex', 'png']

/** Keys by which a page of results says what it shows: an address that has one asks for just that. */
const viewKeys = /^(?:rows|columns|measure|charts|question|f\..+)$/

export function parseExport(query: Query): ExportView {
  const text = (key: string): string => (typeof query[key] === 'string' ? query[key] : '')
  const formats = text('formats').split(',')
  const found = exportFormats.filter((format) => formats.includes(format))
  const texts = Number(text('texts'))
  return {
    kind: exportKinds.find((kind) => kind === text('kind')) ?? 'study',
    subject: text('kind') === 'runtime' ? text('model') : text('study'),
    formats: found.length === 0 ? [...usualFormats] : found,
    shown:
      text('shown') === 'view' || (text('shown') === '' && Object.keys(query).some((key) => viewKeys.test(key)))
        ? 'view'
        : 'usual',
    view: parseView(query),
    texts: Number.isInteger(texts) && texts > 0 ? texts : 32,
  }
}

export function formatExport({ kind, subject, formats, shown, view, texts }: ExportView): Record<string, string> {
  if (kind === 'runtime')
    return { kind, ...(subject === '' ? {} : { model: subject }), ...(texts === 32 ? {} : { texts: String(texts) }) }
  const about = { ...(subject === '' ? {} : { study: subject }), ...(kind === 'study' ? {} : { kind }) }
  if (kind === 'bundle') return about
  const chosen = formats.join() === usualFormats.join() ? {} : { formats: formats.join() }
  const seen = shown === 'view' ? { shown, ...formatView(view) } : {}
  return { ...about, ...chosen, ...seen }
}

/** The call that makes what a view asks for. */
export function requestOf({ kind, subject, formats, shown, view, texts }: ExportView): ExportRequest {
  if (kind === 'runtime') return { kind, model: subject, texts, split: 'dev' }
  if (kind === 'bundle') return { kind, study: subject }
  const seen = shown === 'usual' ? {} : { tables: [pivotOf(view)], charts: chartsOfView(view) }
  return { kind, study: subject, formats, ...seen }
}

/** The view that a request came from, as far as a page can show it. */
export function viewOf(request: ExportRequest): ExportView {
  const usual = { formats: [...usualFormats], shown: 'usual' as const, view: usualView, texts: 32 }
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
  if (request.kind === 'bundle') return `bitgauge bundle create ${quoted} ${quoted}.bitgauge.tar.gz`
  if (request.kind === 'runtime')
    return `bitgauge export --model ${quoted} --format runtime --texts ${request.texts} --out ${quoted}`
  const own = request.tables === undefined && request.charts === undefined ? '' : ' --request request.json'
  return `bitgauge export --study ${quoted} --format ${request.formats.join(',')}${own} --out ${quoted}`
}

/** What a record in the history is of, in words. */
export function recordWords({ request }: Pick<ExportRecord, 'request'>): string {
  if (request.kind === 'bundle') return 'bundle'
  if (request.kind === 'runtime') return `runtime, ${request.texts} texts`
  const own =
    request.tables === undefined && request.charts === undefined ? 'what suits the study' : 'as seen in Results'
  return `${request.formats.join(', ')}; ${own}`
}

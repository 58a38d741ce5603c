import { createHash } from 'node:crypto'
import { join, relative, sep } from 'node:path'
import { canonicalJson } from '../../core/run/canonicalJson.ts'
import {
  type ExportPreview,
  type ExportRecord,
  type ExportRequest,
  type PreviewedFile,
} from '../../shared/contract/exports.ts'
import type { ProfileEntry } from '../../shared/contract/profile.ts'
import { runtimeExportSchema } from '../../shared/contract/quantizedModel.ts'
import type { Exported, Results } from '../../shared/contract/results.ts'
import type { DatasetStore } from '../../store/datasets/index.ts'
import { withFileFailures } from '../../store/datasets/index.ts'
import type { ExportStore } from '../../store/exports/index.ts'
import type { ProfileRepository, StudyRepository, StudyRow } from '../../store/index.ts'
import type { QuantizedStore } from '../../store/quantization/index.ts'
import { createBundle, type BundleParts } from '../bundle/createBundle.ts'
import { ExportPreviews } from '../export/exportPreviews.ts'
import { exportProfiles, newestProfiles, writeProfiles } from '../export/exportProfiles.ts'
import { exportResults, writeExport, type ExportContent } from '../export/exportResults.ts'
import { exportRuntime } from '../export/runtime/exportRuntime.ts'
import { zipFile } from '../export/zipFile.ts'
import { noPath } from '../models/allowPath.ts'
import { findStudy } from '../study/findStudy.ts'
import { studyResults } from '../study/results/studyResults.ts'
import { version } from '../version.ts'

export interface ExportServiceOptions extends BundleParts {
  studies: StudyRepository
  datasets: DatasetStore
  quantized: QuantizedStore
  exports: ExportStore
  profiles: Pick<ProfileRepository, 'list'>
}

type StudyRequest = Extract<ExportRequest, { kind: 'study' }>
type ProfilesRequest = Extract<ExportRequest, { kind: 'profiles' }>
type RuntimeRequest = Extract<ExportRequest, { kind: 'runtime' }>
type Written = { name: string; format: string }[]

/** Exports that stay in the home, with what made them; the page saves their files elsewhere. */
export class ExportService {
  readonly #options: ExportServiceOptions
  readonly #previews = new ExportPreviews()
  /** of the study that was looked at last: a page asks again with each change of what it wants */
  #last: { key: string; results: Promise<Results> } | null = null

  constructor(options: ExportServiceOptions) {
    this.#options = options
  }

  async preview(request: StudyRequest | ProfilesRequest, signal?: AbortSignal): Promise<ExportPreview> {
    if (request.kind === 'profiles') {
      const profiles = this.#profiles(request)
      const of = { profiles: profiles.map(({ id }) => id), request }
      return this.#previews.make(of, (folder) => writeProfiles(profiles, request, folder, signal))
    }
    const results = await this.#results(this.#find(request.study))
    const content = contentOf(request)
    const { study, cells, rows } = results
    const of = { study: study.fingerprint, cells, measured: rows.map(({ id }) => id), content }
    const control = signal === undefined ? {} : { signal }
    return this.#previews.make(of, (folder) => writeExport(results, content, folder, control))
  }

  read(key: string, name: string): PreviewedFile {
    return this.#previews.read(key, name)
  }

  make(request: ExportRequest, signal?: AbortSignal): Promise<ExportRecord> {
    return withFileFailures('The home’s exports', () => {
      if (request.kind === 'runtime') return this.#makeRuntime(request, signal)
      if (request.kind === 'profiles') return this.#makeProfiles(request, signal)
      const row = this.#find(request.study)
      return request.kind === 'study' ? this.#makeStudy(request, row, signal) : this.#makeBundle(request, row, signal)
    })
  }

  list(): Promise<{ exports: ExportRecord[]; damaged: string[] }> {
    return this.#options.exports.list()
  }

  async remove(id: string): Promise<{ id: string }> {
    await this.#options.exports.remove(id)
    return { id }
  }

  async #makeStudy(request: StudyRequest, row: StudyRow, signal: AbortSignal | undefined): Promise<ExportRecord> {
    const content = contentOf(request)
    const results = await this.#results(row)
    const fill = async (folder: string): Promise<Written> => {
      const out = join(folder, row.name)
      const exported = await exportResults(results, { ...content, out, ...(signal === undefined ? {} : { signal }) })
      return writtenIn(folder, exported)
    }
    return this.#options.exports.put(aboutStudy(request, row), fill, (files) => zipped(row.name, files))
  }

  async #makeBundle(request: ExportRequest, row: StudyRow, signal: AbortSignal | undefined): Promise<ExportRecord> {
    const name = `${row.name}.bitgauge.tar.gz`
    const fill = async (folder: string): Promise<Written> => {
      const { file } = await createBundle(this.#options, row, { path: join(folder, name), overwrite: false, signal })
      return [{ name, format: file.format }]
    }
    return this.#options.exports.put(aboutStudy(request, row), fill, null)
  }

  async #makeRuntime(request: RuntimeRequest, signal: AbortSignal | undefined): Promise<ExportRecord> {
    const { model, texts, dataset, split } = request
    const { datasets, quantized, exports } = this.#options
    const { record } = await quantized.find(model)
    const { id, name, fingerprint } = record
    const fill = async (folder: string): Promise<Written> => {
      const out = join(folder, name)
      const input = runtimeExportSchema.parse({ model, texts, dataset, split, out })
      return writtenIn(folder, await exportRuntime(input, out, { datasets, quantized, allowPath: noPath, signal }))
    }
    const subject = { kind: 'model' as const, id, name, fingerprint }
    return exports.put({ request, subject, program }, fill, (files) => zipped(name, files))
  }

  async #makeProfiles(request: ProfilesRequest, signal: AbortSignal | undefined): Promise<ExportRecord> {
    const profiles = this.#profiles(request)
    const name = [...new Set(profiles.map(({ board }) => board.name))].join('-').slice(0, 60)
    const fill = async (folder: string): Promise<Written> =>
      writtenIn(folder, await exportProfiles(profiles, { ...request, overwrite: false }, join(folder, name), signal))
    const together = createHash('sha256').update(canonicalJson(profiles.map(({ id }) => id)))
    const fingerprint = `sha256:${together.digest('hex')}`
    const subject = { kind: 'profiles' as const, id: profiles[0]!.id, name, fingerprint }
    return this.#options.exports.put({ request, subject, program }, fill, (files) => zipped(`${name}-profiles`, files))
  }

  #profiles({ boards }: ProfilesRequest): ProfileEntry[] {
    return newestProfiles(this.#options.profiles, boards)
  }

  #results(row: StudyRow): Promise<Results> {
    const { studies } = this.#options
    const { id, fingerprint, state, started, ended } = row
    const key = JSON.stringify([id, fingerprint, state, started, ended, studies.counts(id)])
    if (this.#last?.key === key) return this.#last.results
    const results = studyResults(this.#options, row)
    this.#last = { key, results }
    results.catch(() => (this.#last = null))
    return results
  }

  #find(reference: string): StudyRow {
    return findStudy(this.#options.studies, reference)
  }
}

function contentOf({ formats, tables, charts }: StudyRequest): ExportContent {
  return { formats, tables, charts }
}

const program = `bitgauge ${version}`

function aboutStudy(request: ExportRequest, { id, name, fingerprint }: StudyRow) {
  return { request, subject: { kind: 'study' as const, id, name, fingerprint }, program }
}

/** Names with slashes, from the folder on. */
function writtenIn(folder: string, { files }: Exported): Written {
  return files.map(({ path, format }) => ({ name: relative(folder, path).split(sep).join('/'), format }))
}

function zipped(
  name: string,
  files: readonly { name: string; bytes: Uint8Array }[],
): { name: string; bytes: Uint8Array } {
  return { name: `${name}.zip`, bytes: zipFile(files) }
}

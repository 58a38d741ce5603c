import { implement, ORPCError } from '@orpc/server'
import type { Logger } from 'pino'
import { contract } from '../shared/contract/index.ts'
import { toTransportError } from '../shared/contract/failure.ts'
import { AppError } from '../shared/errors.ts'
import type { DatasetService } from './dataset/datasetService.ts'
import { createDatasetRouter } from './dataset/datasetRouter.ts'
import type { HostEvent } from '../shared/contract/jobs.ts'
import type { EventLog } from './events/eventLog.ts'
import type { ListFiles } from './files/fileLists.ts'
import { watch, type Snapshot } from './events/watch.ts'
import type { AboutService } from './services/about.ts'
import type { CalibrationService } from './services/calibration.ts'
import type { BoardService } from './services/boards.ts'
import type { DoctorService } from './services/doctor.ts'
import type { EvaluationService } from './services/evaluation.ts'
import type { ExportService } from './services/exports.ts'
import type { ImportService } from './services/imports.ts'
import type { JobsService } from './services/jobs.ts'
import type { ModelService } from './services/models.ts'
import type { ProfileService } from './services/profile.ts'
import type { QuantizationService } from './services/quantization.ts'
import type { RunService } from './services/runs.ts'
import type { StatisticsService } from './services/statistics.ts'
import type { StoreService } from './services/store.ts'
import type { TrainingService } from './services/training.ts'
import { quickstartStudy } from './study/quickstart.ts'
import type { StudyService } from './study/studyService.ts'

export interface Services {
  about: AboutService
  jobs: JobsService
  doctor: DoctorService
  store: StoreService
  datasets: DatasetService
  imports: ImportService
  models: ModelService
  training: TrainingService
  calibration: CalibrationService
  quantization: QuantizationService
  evaluation: EvaluationService
  runs: RunService
  statistics: StatisticsService
  study: StudyService
  listFiles: ListFiles
  exports: ExportService
  boards: BoardService
  profiles: ProfileService
  events: EventLog<HostEvent>
  snapshot: () => Snapshot
  /** aborts when the host is closed */
  closed: AbortSignal
}

export interface RouterOptions {
  log: Logger
  /** told after each call, that it may have changed something */
  onCalled: () => void
}

export type HostRouter = ReturnType<typeof createRouter>

/** The contract, implemented by the host's services; every error leaves it as one that the transports carry. */
export function createRouter(services: Services, { log, onCalled }: RouterOptions) {
  const os = implement(contract).use(async ({ next, path }) => {
    try {
      return await next()
    } catch (thrown) {
      throw translate(thrown, path, log)
    } finally {
      onCalled()
    }
  })
  return os.router({
    system: {
      about: os.system.about.handler(() => services.about.about()),
      licences: os.system.licences.handler(() => services.about.licences()),
      doctor: os.system.doctor.handler(({ input, signal }) => services.doctor.report(input, signal)),
      measure: os.system.measure.handler(({ input }) => services.jobs.start('throughput', input)),
    },
    jobs: {
      list: os.jobs.list.handler(({ input }) => services.jobs.list(input)),
      get: os.jobs.get.handler(({ input }) => services.jobs.get(input.id)),
      cancel: os.jobs.cancel.handler(({ input }) => services.jobs.cancel(input.id)),
      remove: os.jobs.remove.handler(({ input }) => services.jobs.remove(input.id)),
    },
    store: {
      counts: os.store.counts.handler(() => services.store.counts()),
      summary: os.store.summary.handler(() => services.store.summary()),
      check: os.store.check.handler(({ signal }) => services.store.check({}, signal)),
      backup: os.store.backup.handler(({ signal }) => services.store.backup(signal)),
    },
    files: { list: os.files.list.handler(({ input }) => services.listFiles(input.folder)) },
    dataset: createDatasetRouter(services.datasets, services.imports, (err) =>
      log.error({ err }, 'the work on a dataset failed by a defect'),
    ),
    model: {
      list: os.model.list.handler(() => services.models.list()),
      show: os.model.show.handler(({ input }) => services.models.show(input.model)),
      remove: os.model.remove.handler(({ input }) => services.models.remove(input.model)),
      import: os.model.import.handler(({ input }) => services.models.import(input)),
      startImport: os.model.startImport.handler(({ input }) => services.imports.model(input)),
      export: os.model.export.handler(({ input }) => services.models.export(input)),
    },
    training: { start: os.training.start.handler(({ input, signal }) => services.training.start(input, signal)) },
    calibration: {
      draw: os.calibration.draw.handler(({ input }) => services.calibration.draw(input)),
      import: os.calibration.import.handler(({ input }) => services.calibration.import(input.manifest, input.name)),
      pool: os.calibration.pool.handler(({ input }) => services.calibration.pool(input.dataset)),
      facts: os.calibration.facts.handler(({ input }) => services.calibration.facts(input)),
      profile: os.calibration.profile.handler(({ input }) => services.calibration.profile(input)),
      profileAll: os.calibration.profileAll.handler(({ input }) => services.calibration.profileAll(input)),
      compare: os.calibration.compare.handler(({ input }) => services.calibration.compare(input)),
      list: os.calibration.list.handler(({ input }) => services.calibration.list(input.limit)),
      show: os.calibration.show.handler(({ input }) => services.calibration.show(input.calibration)),
      export: os.calibration.export.handler(({ input }) => services.calibration.export(input)),
      rename: os.calibration.rename.handler(({ input }) => services.calibration.rename(input.calibration, input.name)),
      remove: os.calibration.remove.handler(({ input }) => services.calibration.remove(input.calibration)),
    },
    quantization: {
      recipes: os.quantization.recipes.handler(() => services.quantization.recipes()),
      recipe: os.quantization.recipe.handler(({ input }) => services.quantization.recipe(input.name, input.bits)),
      start: os.quantization.start.handler(({ input }) => services.quantization.start(input)),
      list: os.quantization.list.handler(() => services.quantization.list()),
      show: os.quantization.show.handler(({ input }) => services.quantization.show(input.model)),
      export: os.quantization.export.handler(({ input, signal }) => services.quantization.export(input, signal)),
      remove: os.quantization.remove.handler(({ input }) => services.quantization.remove(input.model)),
    },
    evaluation: { start: os.evaluation.start.handler(({ input }) => services.evaluation.start(input)) },
    run: {
      list: os.run.list.handler(({ input }) => services.runs.list(input)),
      ofModel: os.run.ofModel.handler(({ input }) => services.runs.ofModel(input)),
      show: os.run.show.handler(({ input }) => services.runs.show(input.run)),
      predictions: os.run.predictions.handler(({ input }) => services.runs.predictions(input)),
      distributions: os.run.distributions.handler(({ input }) => services.runs.distributions(input.run)),
      table: os.run.table.handler(({ input }) => services.runs.table(input)),
      remove: os.run.remove.handler(({ input }) => services.runs.remove(input.runs)),
      tag: os.run.tag.handler(({ input }) => services.runs.tag(input.run, input.tags)),
    },
    study: {
      quickstart: os.study.quickstart.handler(({ input }) => quickstartStudy(input)),
      check: os.study.check.handler(({ input }) => services.study.check(input)),
      plan: os.study.plan.handler(({ input }) => services.study.plan(input)),
      run: os.study.run.handler(({ input }) => services.study.run(input)),
      resume: os.study.resume.handler(({ input }) => services.study.resume(input)),
      pause: os.study.pause.handler(({ input }) => services.study.pause(input.study)),
      cancel: os.study.cancel.handler(({ input }) => services.study.cancel(input.study)),
      list: os.study.list.handler(() => services.study.list()),
      show: os.study.show.handler(({ input }) => services.study.show(input.study)),
      map: os.study.map.handler(({ input }) => services.study.map(input.study)),
      cells: os.study.cells.handler(({ input }) => services.study.cells(input)),
      answers: os.study.answers.handler(({ input }) => services.study.answers(input.study)),
      remove: os.study.remove.handler(({ input }) => services.study.remove(input.study)),
      restore: os.study.restore.handler(({ input }) => services.study.restore(input.study)),
      verdicts: os.study.verdicts.handler(({ input }) => services.study.verdicts(input.study)),
      results: os.study.results.handler(({ input }) => services.study.results(input.study)),
      export: os.study.export.handler(({ input, signal }) => services.study.export(input, signal)),
      createBundle: os.study.createBundle.handler(({ input, signal }) => services.study.createBundle(input, signal)),
      importBundle: os.study.importBundle.handler(({ input, signal }) => services.study.importBundle(input, signal)),
      startImportBundle: os.study.startImportBundle.handler(({ input }) => services.imports.bundle(input)),
    },
    exports: {
      preview: os.exports.preview.handler(({ input, signal }) => services.exports.preview(input, signal)),
      read: os.exports.read.handler(({ input }) => services.exports.read(input.key, input.name)),
      make: os.exports.make.handler(({ input, signal }) => services.exports.make(input, signal)),
      list: os.exports.list.handler(() => services.exports.list()),
      remove: os.exports.remove.handler(({ input }) => services.exports.remove(input.export)),
    },
    board: {
      list: os.board.list.handler(() => services.boards.list()),
      show: os.board.show.handler(({ input }) => services.boards.show(input.board)),
      add: os.board.add.handler(({ input }) => services.boards.add(input)),
      check: os.board.check.handler(({ input }) => services.boards.check(input)),
      trust: os.board.trust.handler(({ input }) => services.boards.trust(input)),
      remove: os.board.remove.handler(({ input }) => services.boards.remove(input)),
      answer: os.board.answer.handler(({ input }) => services.boards.answer(input)),
      discover: os.board.discover.handler(({ input }) => services.boards.discover(input.wait_s)),
    },
    profile: {
      start: os.profile.start.handler(({ input }) => services.profiles.start(input)),
      list: os.profile.list.handler(({ input }) => services.profiles.list(input)),
      show: os.profile.show.handler(({ input }) => services.profiles.show(input.profile)),
      samples: os.profile.samples.handler(({ input }) => services.profiles.samples(input)),
      export: os.profile.export.handler(({ input }) => services.profiles.export(input)),
      remove: os.profile.remove.handler(({ input }) => services.profiles.remove(input.profiles)),
    },
    statistics: { compare: os.statistics.compare.handler(({ input }) => services.statistics.compare(input)) },
    events: {
      watch: os.events.watch.handler(({ lastEventId, signal }) => {
        const ends = signal === undefined ? services.closed : AbortSignal.any([signal, services.closed])
        return watch(services.events, { snapshot: services.snapshot, lastEventId, signal: ends })
      }),
    },
  })
}

/** An input that has not its schema is the caller's; everything else that is not an AppError is a defect, and its text goes to the log. */
function translate(thrown: unknown, path: readonly string[], log: Logger): unknown {
  if (thrown instanceof ORPCError && thrown.code === 'BAD_REQUEST') return thrown
  if (!(thrown instanceof AppError)) log.error({ call: path.join('.'), err: thrown }, 'a call failed by a defect')
  return toTransportError(thrown)
}

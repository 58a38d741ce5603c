import { ulid } from 'ulid'
import type { HostEvent } from '../shared/contract/jobs.ts'
import { openStore, thisProcessAsOwner } from '../store/index.ts'
import { ModelStore } from '../store/models/index.ts'
import { createInProcessClient } from './client.ts'
import { computeEnvironment } from './compute/environment.ts'
import { readyLibrary } from './compute/library.ts'
import { Supervisor } from './compute/supervisor.ts'
import { DatasetService } from './dataset/datasetService.ts'
import { EventLog } from './events/eventLog.ts'
import type { Snapshot } from './events/watch.ts'
import type { Host, HostOptions } from './host.ts'
import { followStore } from './jobs/followStore.ts'
import { noPath } from './models/allowPath.ts'
import { createRouter } from './router.ts'
import { DoctorService } from './services/doctor.ts'
import { EvaluationService } from './services/evaluation.ts'
import { JobsService } from './services/jobs.ts'
import { ModelService } from './services/models.ts'
import { StoreService } from './services/store.ts'
import { TrainingService } from './services/training.ts'
import { version } from './version.ts'

const snapshotLimit = 100

/**
 * Opens the store of a home and joins it with a compute process that starts when the first job does. Several hosts may have one home open
 * at once. Jobs whose program is gone are marked `interrupted`. Throws what `openStore` throws.
 */
export async function openHost(options: HostOptions): Promise<Host> {
  const { home, cache, launcher, log, allowPath = noPath, allowTarget = noPath } = options
  const records = openStore({ home, program: `bitgauge ${version}`, onProblem: (problem) => log.warn(problem) })
  const events = new EventLog<HostEvent>()
  const supervisor = new Supervisor({
    launcher,
    environment: () => computeEnvironment(process.env, readyLibrary(cache).addon),
    log,
    onState: (state) => events.publish({ type: 'compute', state }),
  })
  const jobs = new JobsService({ records: records.jobs, owner: thisProcessAsOwner(ulid()), supervisor, events, log })
  const follower = followStore({ store: records, jobs, events, log, limit: snapshotLimit })
  const store = new StoreService(records)
  const doctor = new DoctorService({ cache, launcher, checkStore: (how) => store.check(how), log })
  const datasets = new DatasetService({ home, allowPath })
  const models = new ModelStore(home)
  const stages = {
    datasets,
    models: new ModelService({ home, models, allowPath, allowTarget }),
    training: new TrainingService({ home, cache, runs: records.runs, jobs, datasets, models }),
    evaluation: new EvaluationService({
      home,
      cache,
      runs: records.runs,
      testOpenings: records.testOpenings,
      jobs,
      models,
    }),
  }
  const snapshot = (): Snapshot => ({
    type: 'snapshot',
    jobs: jobs.list({ limit: snapshotLimit }),
    compute: supervisor.state,
  })
  const closed = new AbortController()
  const router = createRouter({ ...stages, jobs, doctor, store, events, snapshot, closed: closed.signal }, log)
  const close = async (): Promise<void> => {
    follower.stop()
    await jobs.close()
    await supervisor.close()
    closed.abort()
    records.close()
  }
  let closing: Promise<void> | null = null
  return { router, client: createInProcessClient(router), close: () => (closing ??= close()) }
}

import { ulid } from 'ulid'
import type { HostEvent } from '../shared/contract/jobs.ts'
import type { StoreCheck } from '../shared/contract/store.ts'
import { openStore, thisProcessAsOwner } from '../store/index.ts'
import { BoardQuestions } from './boards/boardQuestions.ts'
import { Boards } from './boards/boards.ts'
import { usualPatience } from './boards/patience.ts'
import { createInProcessClient } from './client.ts'
import { taskEnvironment } from './compute/library.ts'
import { Pool } from './compute/pool.ts'
import { EventLog } from './events/eventLog.ts'
import { watchChanges } from './events/watchChanges.ts'
import { noLists } from './files/fileLists.ts'
import type { Snapshot } from './events/watch.ts'
import type { Host, HostOptions } from './host.ts'
import { followStore } from './jobs/followStore.ts'
import { unreadableStore } from './doctor/unreadableStore.ts'
import { noPath } from './models/allowPath.ts'
import { createRouter } from './router.ts'
import { ExportStore } from '../store/exports/index.ts'
import { AboutService } from './services/about.ts'
import { BoardService } from './services/boards.ts'
import { DoctorService } from './services/doctor.ts'
import { ExportService } from './services/exports.ts'
import { ImportService } from './services/imports.ts'
import { JobsService } from './services/jobs.ts'
import { ProfileService } from './services/profile.ts'
import { StoreService } from './services/store.ts'
import { StoreKeeper } from './storeKeeper/storeKeeper.ts'
import { createStages } from './stages.ts'
import { StudyService } from './study/studyService.ts'
import { version } from './version.ts'

const snapshotLimit = 100

/**
 * Opens the store of a home and joins it with a compute process that starts when the first job does. Several hosts may have one home open
 * at once. Jobs whose program is gone are marked `interrupted`. Throws what `openStore` throws.
 */
export async function openHost(options: HostOptions): Promise<Host> {
  const opened: (() => void)[] = []
  try {
    return join(options, opened)
  } catch (thrown) {
    for (const close of opened.reverse()) close()
    throw thrown
  }
}

/** @param opened takes how to close what is open by then, should a later step fail */
function join(options: HostOptions, opened: (() => void)[]): Host {
  const { home, cache, launcher, log, allowPath = noPath, allowTarget = noPath, listFiles = noLists } = options
  const records = openStore({ home, program: `bitgauge ${version}`, onProblem: (problem) => log.warn(problem) })
  opened.push(() => records.close())
  const events = new EventLog<HostEvent>()
  const pool = new Pool({
    launcher,
    environment: (task) => taskEnvironment(cache, task),
    log,
    onState: (state) => events.publish({ type: 'compute', state }),
  })
  const owner = thisProcessAsOwner(ulid())
  const jobs = new JobsService({ records: records.jobs, owner, pool, events, log })
  const follower = followStore({ store: records, jobs, events, log, limit: snapshotLimit })
  opened.push(() => follower.stop())
  const changes = watchChanges({ home, store: records, events, log })
  opened.push(() => changes.stop())
  const keeper = new StoreKeeper({ home, launcher, log })
  const checkStore = (how: { quick: boolean }, signal?: AbortSignal): Promise<StoreCheck> =>
    keeper.check(how, signal).catch((thrown: unknown) => unreadableStore(home, thrown))
  const doctor = new DoctorService({ cache, launcher, checkStore, log })
  const stages = createStages({ home, cache, store: records, pool, jobs, allowPath, allowTarget })
  const { runs, studies, evaluations } = records
  const own = { home, cache, studies, evaluations, runs, owner, pool, jobs, allowPath, allowTarget, log }
  const partChanges = () => records.partChanges()
  const study = new StudyService({ ...stages.parts, ...own, partChanges })
  const { stores } = stages
  const { datasets, models } = stages.services
  const imports = new ImportService({ jobs, datasets, models, study, allowPath })
  const { profiles } = records
  const exports = new ExportService({ home, runs, studies, profiles, ...stores, exports: new ExportStore(home) })
  const patience = { ...usualPatience, ...options.boardPatience }
  const questions = new BoardQuestions((event) => events.publish(event))
  const boards = new Boards({ cache, boards: records.boards, questions, patience })
  const snapshot = (): Snapshot => ({
    type: 'snapshot',
    jobs: jobs.list({ limit: snapshotLimit }),
    compute: pool.state,
    questions: questions.open(),
  })
  const closed = new AbortController()
  const router = createRouter(
    {
      about: new AboutService({ home, cache }),
      ...stages.services,
      study,
      imports,
      exports,
      boards: new BoardService({ boards, rows: records.boards, profiles, questions }),
      profiles: new ProfileService({
        allowTarget,
        ...stages.parts,
        ...stores,
        boards,
        patience,
        jobs,
        profiles,
        runs,
        testOpenings: records.testOpenings,
      }),
      jobs,
      doctor,
      store: new StoreService({ store: records, keeper, datasets: stores.datasets, models: stores.models }),
      listFiles,
      events,
      snapshot,
      closed: closed.signal,
    },
    { log, onCalled: () => changes.soon() },
  )
  const close = async (): Promise<void> => {
    follower.stop()
    changes.stop()
    questions.close()
    await keeper.close()
    await jobs.close()
    await pool.close()
    closed.abort()
    records.close()
  }
  let closing: Promise<void> | null = null
  return {
    router,
    client: createInProcessClient(router),
    work: () => jobs.work(),
    close: () => (closing ??= close()),
  }
}

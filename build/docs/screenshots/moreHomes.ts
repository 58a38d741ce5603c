import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ulid } from 'ulid'
import type { Job } from '../../../src/shared/contract/jobs.ts'
import { openStore } from '../../../src/store/index.ts'
import { fillHome } from '../../bench/window/manyRuns.ts'
import { makeBoards } from './boardsHome.ts'
import { bitgauge, studyText, whole, type Homes } from './homes.ts'

/** Homes that take longer to make, or that pictures change. */
export interface MoreHomes {
  /** the small home with a study that was stopped half way, and a job that failed; made anew each time, since pictures let the study go on */
  busy: string
  /** a study of a hundred thousand runs */
  many: string
  /** models at several widths with profiles, and boards that are not trusted */
  boards: string
  /** a copy of it that pictures change; made anew each time */
  boardsLive: string
}

type HomeName = keyof MoreHomes

/** Makes those of the homes that are asked for. */
export async function prepareMore(
  folder: string,
  { small }: Homes,
  asked: (name: HomeName) => boolean,
  say: (line: string) => void,
): Promise<MoreHomes> {
  const homes = {
    ...{ busy: join(folder, 'busy'), many: join(folder, 'many') },
    ...{ boards: join(folder, 'boards-2'), boardsLive: join(folder, 'boards-live') },
  }
  if (asked('many') && !existsSync(homes.many)) {
    say('making a home of a hundred thousand runs …')
    const making = `${homes.many}.${process.pid}`
    mkdirSync(making)
    fillHome(making)
    renameSync(making, homes.many)
  }
  if (asked('boards') || asked('boardsLive')) await makeBoards(homes.boards, say)
  if (asked('boardsLive')) {
    rmSync(homes.boardsLive, { recursive: true, force: true })
    cpSync(homes.boards, homes.boardsLive, { recursive: true })
  }
  if (asked('busy')) await makeBusy(small, homes.busy, say)
  return homes
}

async function makeBusy(small: string, busy: string, say: (line: string) => void): Promise<void> {
  say('making a home with work half done …')
  rmSync(busy, { recursive: true, force: true })
  cpSync(small, busy, { recursive: true })
  const store = openStore({ home: busy, program: 'bitgauge screenshots' })
  try {
    store.jobs.insert(failedTraining(), { instance: ulid(), pid: process.pid, start: null })
  } finally {
    store.close()
  }
  const study = join(busy, 'long.yaml')
  writeFileSync(study, longStudy)
  await bitgauge(busy, ['study', 'run', study], AbortSignal.timeout(60_000)).catch(() => undefined)
}

/** Cells enough that it is still at work while pictures are taken. */
const longStudy = studyText({ ...whole, draws: 48 })
  .replace('bits-and-balance', 'long')
  .replace('seed: 7', 'seed: 8')
  .replaceAll('embedding: 16, hidden: 16', 'embedding: 64, hidden: 64')

function failedTraining(): Job {
  const moment = new Date().toISOString()
  const error = {
    ...{ code: 'out-of-memory' as const, message: 'There is not enough memory for a batch of 4,096 texts.' },
    ...{ expected: '7.4 GB', found: '5.9 GB free', hint: 'Take a smaller batch: 1,024 fits.' },
  }
  const times = { created: moment, started: moment, ended: moment }
  const rest = { params: {}, progress: null, result: null, warnings: [] }
  return {
    id: ulid(),
    kind: 'training',
    title: 'Training of reads on machine-shop',
    state: 'failed',
    error,
    ...rest,
    ...times,
  }
}

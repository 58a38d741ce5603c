import { jobSchema, type Job, type JobState } from '../shared/contract/jobs.ts'
import type { ErrorRecord } from '../shared/errors.ts'
import { notFound, type Connection } from './connection.ts'
import { readJob, writeJob, writePatch, type JobRow } from './jobRow.ts'
import type { JobOwner, JobPatch, JobRepository } from './jobRepository.ts'
import { decodedOrThrow, toJson } from './storeJson.ts'
import { parseInput } from './parseInput.ts'

const columns = `id, kind, title, state, params, progress, result, error, warnings, created, started, ended`

/** Exported for the test that asks SQLite how it would run them. */
export const jobListSql = {
  all: `SELECT ${columns} FROM jobs ORDER BY id DESC LIMIT :limit`,
  ofState: `SELECT ${columns} FROM jobs WHERE state = :state ORDER BY id DESC LIMIT :limit`,
}

const interruption: ErrorRecord = {
  code: 'job-interrupted',
  message: 'The program that ran this job ended before the job did.',
  hint: 'Start it again.',
}

export class SqliteJobs implements JobRepository {
  private readonly connection: Connection
  private readonly onProblem: (problem: string) => void

  constructor(connection: Connection, onProblem: (problem: string) => void) {
    this.connection = connection
    this.onProblem = onProblem
  }

  insert(job: Job, owner: JobOwner): void {
    const row = {
      ...writeJob(parseInput(jobSchema, 'The job', job)),
      instance: owner.instance,
      pid: owner.pid,
      start: owner.start,
    }
    this.connection.read(() =>
      this.connection
        .statement(
          `INSERT INTO jobs (${columns}, owner_instance, owner_pid, owner_start)
           VALUES (:id, :kind, :title, :state, :params, :progress, :result, :error, :warnings, :created, :started, :ended,
                   :instance, :pid, :start)`,
        )
        .run(row),
    )
  }

  update(id: string, patch: JobPatch): Job {
    const changed = writePatch(patch)
    const names = Object.keys(changed)
    return this.connection.write(() => {
      if (names.length > 0) {
        const assignments = names.map((name) => `${name} = :${name}`).join(', ')
        this.connection.statement(`UPDATE jobs SET ${assignments} WHERE id = :id`).run({ ...changed, id })
      }
      const job = this.get(id)
      if (job === undefined) throw notFound('job', id)
      return job
    })
  }

  get(id: string): Job | undefined {
    const row = this.connection.read(() =>
      this.connection.statement<JobRow>(`SELECT ${columns} FROM jobs WHERE id = ?`).get(id),
    )
    return row === undefined ? undefined : decodedOrThrow(readJob(row))
  }

  owner(id: string): JobOwner | undefined {
    return this.connection.read(() =>
      this.connection
        .statement<JobOwner>(
          'SELECT owner_instance AS instance, owner_pid AS pid, owner_start AS start FROM jobs WHERE id = ?',
        )
        .get(id),
    )
  }

  list(options: { limit: number; state?: JobState | undefined }): Job[] {
    const { limit, state } = options
    const rows = this.connection.read(() =>
      state === undefined
        ? this.connection.statement<JobRow>(jobListSql.all).all({ limit })
        : this.connection.statement<JobRow>(jobListSql.ofState).all({ limit, state }),
    )
    return rows.flatMap((row) => {
      const job = readJob(row)
      if (job.ok) return [job.value]
      this.onProblem(job.problem)
      return []
    })
  }

  remove(id: string): boolean {
    return this.connection.read(() => this.connection.statement('DELETE FROM jobs WHERE id = ?').run(id).changes > 0)
  }

  interruptAbandoned(isAlive: (owner: JobOwner) => boolean, now: string): Job[] {
    return this.connection.write(() => {
      const open = this.connection
        .statement<JobOwner & { id: string }>(
          `SELECT id, owner_instance AS instance, owner_pid AS pid, owner_start AS start FROM jobs
           WHERE state IN ('queued', 'running') ORDER BY id`,
        )
        .all()
      const abandoned = open.filter(({ instance, pid, start }) => !isAlive({ instance, pid, start }))
      for (const { id } of abandoned) this.interrupt(id, now)
      return abandoned.flatMap(({ id }) => this.readable(id))
    })
  }

  /** By SQL alone, so that a job whose row cannot be read is ended too. */
  private interrupt(id: string, now: string): void {
    this.connection
      .statement(`UPDATE jobs SET state = 'interrupted', error = ?, ended = ? WHERE id = ?`)
      .run(toJson(interruption, 'The error'), now, id)
  }

  private readable(id: string): Job[] {
    const row = this.connection.statement<JobRow>(`SELECT ${columns} FROM jobs WHERE id = ?`).get(id)
    const job = row === undefined ? undefined : readJob(row)
    if (job?.ok === false) this.onProblem(job.problem)
    return job?.ok === true ? [job.value] : []
  }
}

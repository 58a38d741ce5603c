import type { Job } from '../../../shared/contract/jobs.ts'
import { trainedSchema, trainingParamsSchema, trainSchema, type Train } from '../../../shared/contract/training.ts'
import type { CurvePoint, Curves } from './trainingCurves.ts'

/** A job of kind `training`, with what it was asked for as far as that can be read. */
export interface TrainingJob {
  readonly job: Job
  readonly name: string
  readonly family: 'discriminative' | 'generative'
  readonly epochs: number
  /** null for a job that was started before this was kept: it cannot be asked for again from here */
  readonly asked: Train | null
}

const knownSchema = trainingParamsSchema.pick({ name: true, spec: true, options: true })

/** Null for what is no training, or one of another version. */
export function trainingJobOf(job: Job): TrainingJob | null {
  if (job.kind !== 'training') return null
  const known = knownSchema.strip().safeParse(job.params)
  if (!known.success) return null
  const { name, spec, options } = known.data
  const asked = trainSchema.safeParse((job.params as { asked?: unknown }).asked)
  return { job, name, family: spec.family, epochs: options.epochs, asked: asked.success ? asked.data : null }
}

/** Trainings that are no model yet: under way, waiting, failed, cancelled or interrupted; one that was begun again counts once. */
export function openTrainings(jobs: readonly Job[]): TrainingJob[] {
  const found = jobs.flatMap((job) => trainingJobOf(job) ?? [])
  const later = new Set<string>()
  return found.filter(({ job, name }) => {
    if (later.has(name)) return false
    later.add(name)
    return job.state !== 'done'
  })
}

/** The model that a finished training came to. */
export function modelOfJob(job: Job): string | null {
  const trained = trainedSchema.safeParse(job.result)
  return job.state === 'done' && trained.success ? trained.data.model.id : null
}

/** The epochs that have ended, as the job tells them; every watcher gets the whole curve. */
export function curvesOfJob({ job, family, epochs }: TrainingJob): Curves {
  return { family, epochs, best: null, points: (job.progress?.metrics?.epochs ?? []) as readonly CurvePoint[] }
}

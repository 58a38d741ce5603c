import { useMutation } from '@tanstack/vue-query'
import { computed } from 'vue'
import { jobKinds } from '../../../shared/contract/jobKinds.ts'
import type { Job } from '../../../shared/contract/jobs.ts'
import type { Throughput } from '../../../shared/contract/system.ts'
import { recordOf } from '../../app/ask.ts'
import { useEngine } from '../../app/engine.ts'
import { hasEnded } from '../../text/jobs.ts'

export interface Measurement {
  throughput: Throughput
  ended: string | null
}

/** The newest finished measurement of this machine, the one that runs, and the way to start another. */
export function useMeasure() {
  const { client, live } = useEngine()
  const start = useMutation({ mutationFn: () => client.system.measure({}) })
  const measurements = computed(() => live.value.jobs.filter((job) => job.kind === 'throughput'))
  const running = computed(() => measurements.value.find((job) => !hasEnded(job)))
  const newest = computed(() => measurements.value.map(asMeasurement).find((one) => one !== undefined))
  const problem = computed(() => (start.error.value === null ? null : recordOf(start.error.value)))
  return { newest, running, problem, starting: start.isPending, measure: () => start.mutate() }
}

function asMeasurement(job: Job): Measurement | undefined {
  if (job.state !== 'done') return undefined
  const parsed = jobKinds.throughput.result.safeParse(job.result)
  return parsed.success ? { throughput: parsed.data, ended: job.ended } : undefined
}

import type { JobParams } from '../../shared/contract/jobKinds.ts'
import type { JobKind } from '../../shared/contract/jobs.ts'

const titles: { [K in JobKind]: (params: JobParams<K>) => string } = {
  'self-test': () => 'Self-test of the TensorFlow library',
  throughput: (params) => `LSTM throughput, hidden ${params.hidden.join(', ')}, batch ${params.batch}`,
  training: ({ name, spec, options }) =>
    `Training ${name}: ${spec.family}, hidden ${spec.hidden}, seed ${options.seed}`,
  evaluation: ({ title, noise }) =>
    `Evaluation of ${title.model} on ${title.dataset}, ${title.split}${noise.kind === 'none' ? '' : `, ${noise.kind} ${noise.level}`}`,
}

/** What a person reads in the list of jobs. */
export function jobTitle<K extends JobKind>(kind: K, params: JobParams<K>): string {
  return titles[kind](params)
}

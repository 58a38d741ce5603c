import type { JobParams } from '../../shared/contract/jobKinds.ts'
import type { JobKind } from '../../shared/contract/jobs.ts'
import type { CellInput } from '../../shared/contract/quantization.ts'
import type { FloatCell } from '../quantization/cell.ts'

const titles: { [K in JobKind]: (params: JobParams<K>) => string } = {
  'self-test': () => 'Self-test of the TensorFlow library',
  'runtime-test': () => 'Self-test of the runtime',
  throughput: (params) => `LSTM throughput, hidden ${params.hidden.join(', ')}, batch ${params.batch}`,
  training: ({ name, spec, options }) =>
    `Training ${name}: ${spec.family}, hidden ${spec.hidden}, seed ${options.seed}`,
  evaluation: ({ title, noise }) =>
    `Evaluation of ${title.model} on ${title.dataset}, ${title.split}${noiseText(noise)}`,
  profile: ({ title, rows }) => `Profile of ${title.model} on ${rows.length} texts of ${title.dataset}`,
  'quantized-evaluation': ({ title, bits }) =>
    `Evaluation of ${title.model}, ${bits.label}${title.texts === null ? '' : ` on ${title.texts.dataset}, ${title.texts.split}`}`,
}

/** What a person reads in the list of jobs. */
export function jobTitle<K extends JobKind>(kind: K, params: JobParams<K>): string {
  return titles[kind](params)
}

/** The same of an evaluation that the host does, of a float model or at some bits. */
export function evaluationTitle(
  { model, dataset, split }: FloatCell,
  { noise }: Pick<CellInput, 'noise'>,
  bits?: string,
): string {
  const what = bits === undefined ? model.record.name : `${model.record.name}, ${bits},`
  return `Evaluation of ${what} on ${dataset.record.name}, ${split}${noiseText(noise)}`
}

function noiseText({ kind, level }: CellInput['noise']): string {
  return kind === 'none' ? '' : `, ${kind} ${level}`
}

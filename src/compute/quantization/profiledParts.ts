import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import type { LabelHandling } from '../../shared/contract/calibrationRules.ts'
import type { DiscriminativeSpec, GenerativeSpec } from '../../shared/contract/modelRules.ts'
import type { Site } from '../../shared/contract/quantizationRules.ts'
import { classPrefix } from '../../core/model/parameters.ts'
import { predictingBatch, readingBatch } from '../../core/training/textBatch.ts'
import type { DiscriminativeNetwork } from '../models/discriminativeNetwork.ts'
import type { GenerativeNetwork } from '../models/generativeNetwork.ts'
import type { OpenModel } from '../models/openModel.ts'
import { inScope, type Ops } from '../models/ops.ts'
import { rowsAtOnce } from '../models/predictWords.ts'
import type { ProfileOptions } from './collectProfile.ts'
import { floatSites } from './floatSites.ts'

interface LabelledText {
  tokens: ArrayLike<number>
  label: number
}

/** One language model or classifier whose sites are looked at. */
export interface ProfiledPart {
  /** whether it reads the texts of a class */
  reads: (label: number) => boolean
  /** gives the values of every site, some at a time; the tensors belong to the caller's scope */
  sites: (texts: readonly LabelledText[], take: (site: Site, values: Tensor) => void) => void
}

/** The parts of an open model, in the order of `QuantizedModel.parts`. */
export function profiledParts(model: OpenModel, options: ProfileOptions): ProfiledPart[] {
  const { spec, network } = model
  if (spec.family === 'discriminative') return [classifier(model, spec, network as DiscriminativeNetwork, options)]
  const groups = spec.head === 'independent' ? spec.classes : 1
  return Array.from({ length: groups }, (_, group) =>
    languageModel(model, spec, network as GenerativeNetwork, group, options),
  )
}

function classifier(
  { ops, variables }: OpenModel,
  spec: DiscriminativeSpec,
  network: DiscriminativeNetwork,
  { headOutput }: ProfileOptions,
): ProfiledPart {
  return {
    reads: () => true,
    sites(texts, take) {
      const batch = readingBatch(texts.map(({ tokens }) => tokens))
      const { values, pass } = floatSites(ops, variables, spec, batch, '')
      for (const [site, tensor] of values) take(site, tensor)
      const { pooled, logits } = network.classify(pass, batch)
      take('head-input', pooled)
      if (headOutput) take('head-output', logits)
    },
  }
}

function languageModel(
  { ops, variables }: OpenModel,
  spec: GenerativeSpec,
  network: GenerativeNetwork,
  group: number,
  { headOutput, labelHandling }: ProfileOptions,
): ProfiledPart {
  const shared = spec.head === 'shared'
  return {
    reads: (label) => shared || labelHandling === 'all' || label === group,
    sites(texts, take) {
      const read = texts.map(({ tokens }) => tokens)
      const batch = predictingBatch(read, spec.predictEnd)
      const { values, hiddens } = floatSites(ops, variables, spec, batch, shared ? '' : classPrefix(group))
      for (const [site, tensor] of values) take(site, tensor)
      take('head-input', hiddens)
      if (!headOutput) return
      const head = network.head(group)
      for (const labels of labelsRead(spec, texts, labelHandling)) {
        eachLogits(ops, hiddens, head.classColumns(batch, labels), head.matrix(), (some) => take('head-output', some))
      }
    },
  }
}

/** The labels under which the logits of texts are looked at, one array for each time; independent language models have no label to read. */
function labelsRead(spec: GenerativeSpec, texts: readonly LabelledText[], handling: LabelHandling): number[][] {
  const own = texts.map(({ label }) => label)
  if (spec.head === 'independent' || handling === 'true') return [own]
  return handling === 'none' ? [] : Array.from({ length: spec.classes }, (_, y) => own.map(() => y))
}

/** Logits [some rows, words], class and bias included, for some rows at a time: those of a whole batch are hundreds of megabytes. */
function eachLogits(ops: Ops, hiddens: Tensor, columns: Tensor, matrix: Tensor, take: (logits: Tensor) => void): void {
  const input = ops.concat([hiddens, columns], 1)
  const [rows, width] = input.shape as [number, number]
  for (let at = 0; at < rows; at += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - at)
    inScope(ops, () => take(ops.matMul(ops.slice(input, [at, 0], [count, width]), matrix, { b: true })))
  }
}

import type { ActivationProfile, PartProfile, SiteProfile } from '../../core/calibration/activationProfile.ts'
import { mostValues, notFinite, siteProfile, tooMany, type SiteRange } from '../../core/calibration/profileCollector.ts'
import type { EncodedTexts } from '../../core/dataset/tokenFile.ts'
import { assertWeights, type Weights } from '../../core/model/weights.ts'
import { countParts } from '../../core/quantization/partArrays.ts'
import { predictedText } from '../../core/training/textBatch.ts'
import type { ModelSpec } from '../../shared/contract/modelRules.ts'
import { sites, type Site } from '../../shared/contract/quantizationRules.ts'
import { AppError } from '../../shared/errors.ts'
import { rowsOf, type AfterBatch } from '../evaluation/textScores.ts'
import { assertReadable, stepsOf, type ProfileOptions } from '../quantization/collectProfile.ts'
import type { NativeCounts, OpenOptions, PassOptions } from './addon.ts'
import { floatArrays } from './floatArrays.ts'
import { followed } from './followed.ts'
import { openFloat, type FloatModel } from './openFloat.ts'
import type { NativeTexts } from './openNative.ts'

export interface NativeProfileOptions extends ProfileOptions, Pick<OpenOptions, 'kernels'> {
  threads: number
}

/** Of the input halves of all words that the texts have, kept for both passes; where they are more, they are computed at each step. */
const mostTable_bytes = 128 * 1024 * 1024

/**
 * `collectProfile` by the C runtime: the float trajectory and the sums are those of `docs/format/profile.md`, operation by operation, so that a
 * profile is the same on every machine, with any kernels and threads.
 *
 * @param afterBatch told of the texts done, those of both passes and all parts counted
 * @returns the profile, and the name of the kernels
 * @throws AppError as `collectProfile`; `library-missing`, `library-damaged`
 */
export async function collectNativeProfile(
  { spec, weights }: { spec: ModelSpec; weights: Weights },
  texts: EncodedTexts,
  options: NativeProfileOptions,
  afterBatch: AfterBatch,
): Promise<{ profile: ActivationProfile; kernels: string }> {
  assertReadable(spec, texts, options)
  assertWeights(spec, weights)
  const parts: PartProfile[] = []
  let kernels = ''
  let done = 0
  for (let part = 0; part < countParts(spec); part += 1) {
    const read = readBy(spec, texts, part, options)
    const arrays = floatArrays(spec, weights, part, options.headOutput)
    const model = openFloat(arrays, tabledWords(spec, read), options)
    try {
      kernels = model.kernels
      parts.push(await profilePart(model, read, options, (more) => afterBatch(done + more)))
      done += 2 * (read.offsets.length - 1)
    } finally {
      model.close()
    }
  }
  return { profile: { bins: options.bins, texts: texts.rows, steps: stepsOf(spec, texts), parts }, kernels }
}

type Read = NativeTexts & Pick<PassOptions, 'labels'>

async function profilePart(
  model: FloatModel,
  { labels, ...texts }: Read,
  { threads, bins }: NativeProfileOptions,
  tell: AfterBatch,
): Promise<PartProfile> {
  const how = { threads, ...(labels === undefined ? {} : { labels }) }
  const rows = texts.offsets.length - 1
  const found = await followed((control) => model.findRanges(texts, how, control), tell).catch(sayWhere)
  // 0 is added because a least value of -0 is 0.
  const ranges = found.map((number) => number + 0)
  sites.forEach((site, k) => {
    if (ranges[3 * k]! > mostValues) throw tooMany(site)
  })
  await tell(rows)
  const counting = { ...how, ranges, bins }
  const counts = await followed(
    (control) => model.countValues(texts, counting, control),
    (done) => tell(rows + done),
  )
  await tell(2 * rows)
  return Object.fromEntries(
    sites.flatMap((site, k): [Site, SiteProfile][] => {
      const [count, min, max] = ranges.subarray(3 * k, 3 * k + 3) as unknown as [number, number, number]
      return count === 0 ? [] : [[site, profileOf({ count, min, max }, counts, k, bins)]]
    }),
  )
}

/** The sums of the texts are added in their order. */
function profileOf(range: SiteRange, { histograms, moments }: NativeCounts, site: number, bins: number): SiteProfile {
  const middle = (range.min + range.max) / 2
  let [sum, squares] = [0, 0]
  for (let at = 2 * site; at < moments.length; at += 2 * sites.length) {
    sum += moments[at]!
    squares += moments[at + 1]!
  }
  return siteProfile(range, { middle, sum, squares }, histograms.slice(site * bins, (site + 1) * bins))
}

/** The texts of a part as it reads them, end to end. */
function readBy(spec: ModelSpec, texts: EncodedTexts, part: number, options: ProfileOptions): Read {
  if (spec.family === 'discriminative') return { words: texts.tokens, offsets: texts.offsets }
  const own = spec.head === 'independent' && options.labelHandling !== 'all'
  const rows = rowsOf(texts).flatMap((tokens, row) => (own && texts.labels[row] !== part ? [] : [{ tokens, row }]))
  const read = rows.map(({ tokens }) => predictedText(tokens, spec.predictEnd).read)
  const offsets = new Uint32Array(read.length + 1)
  read.forEach(({ length }, k) => (offsets[k + 1] = offsets[k]! + length))
  const words = Uint32Array.from(read.flat())
  if (spec.head === 'independent' || !options.headOutput) return { words, offsets }
  const labels = rows.flatMap(({ row }) => labelsRead(spec.classes, texts.labels[row]!, options))
  return { words, offsets, labels: Uint32Array.from(labels) }
}

/** The first class under which the logits of a text are looked at, and how many. */
function labelsRead(classes: number, own: number, { labelHandling }: ProfileOptions): [number, number] {
  if (labelHandling === 'true') return [own, 1]
  return [0, labelHandling === 'all' ? classes : 0]
}

function tabledWords({ words, hidden }: ModelSpec, read: NativeTexts): Uint32Array {
  const seen = new Uint8Array(words)
  // A word that is none has no place here, and the runtime refuses it.
  for (const word of read.words) seen[word] = 1
  const found = Uint32Array.from(seen.keys()).filter((word) => seen[word] === 1)
  return found.length * 16 * hidden > mostTable_bytes ? new Uint32Array() : found
}

function sayWhere(thrown: unknown): never {
  if (thrown instanceof AppError && thrown.code === 'non-finite-value') throw notFinite('no finite number', null)
  throw thrown
}

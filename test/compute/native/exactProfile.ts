import type { ActivationProfile, PartProfile, SiteProfile } from '../../../src/core/calibration/activationProfile.ts'
import { classPrefix } from '../../../src/core/model/parameters.ts'
import type { FloatArray } from '../../../src/core/model/weights.ts'
import { sigmoid32, tanh32 } from '../../../src/core/quantization/nonlinearities.ts'
import type { ModelSpec } from '../../../src/shared/contract/modelRules.ts'
import { sites, type Site } from '../../../src/shared/contract/quantizationRules.ts'

type Weights = ReadonlyMap<string, FloatArray>

/** Vectors of each site, of each text. */
type Seen = Map<Site, number[][]>[]

interface Asked {
  bins: number
  labelHandling: 'true' | 'all' | 'none'
  headOutput: boolean
}

const { fround } = Math

/** The profile by the formulas of docs/format/profile.md, one operation at a time. */
export function exactProfile(
  spec: ModelSpec,
  weights: Weights,
  texts: readonly { tokens: readonly number[]; label: number }[],
  asked: Asked,
): ActivationProfile {
  const independent = spec.family === 'generative' && spec.head === 'independent'
  const parts = Array.from({ length: independent ? spec.classes : 1 }, (_, part): PartProfile => {
    const read = texts.filter(({ label }) => !independent || asked.labelHandling === 'all' || label === part)
    const own = new Map([...weights].map(([name, { data }]) => [name.replace(classPrefix(part), ''), data]))
    return profileOf(
      read.map((text) => sitesOf(spec, own, text, asked)),
      asked.bins,
    )
  })
  const ends = spec.family === 'generative' && spec.predictEnd ? texts.length : 0
  const steps = texts.reduce((sum, { tokens }) => sum + tokens.length, ends)
  return { bins: asked.bins, texts: texts.length, steps, parts }
}

function sitesOf(
  spec: ModelSpec,
  weights: ReadonlyMap<string, Float32Array>,
  { tokens, label }: { tokens: readonly number[]; label: number },
  { headOutput, labelHandling }: Asked,
): Seen[number] {
  const { embedding: inputs, hidden: size } = spec
  const seen: Seen[number] = new Map()
  const keep = (site: Site, values: number[]): number[] => {
    seen.set(site, [...(seen.get(site) ?? []), values])
    return values
  }
  const get = (name: string): Float32Array => weights.get(name)!
  const kernel = get('lstm.kernel')
  const gateSum = (vector: readonly number[], from: number, row: number): number =>
    vector.reduce((sum, x, j) => fround(sum + fround(kernel[(from + j) * 4 * size + row]! * x)), 0)
  const units = <T>(of: (k: number) => T): T[] => Array.from({ length: size }, (_, k) => of(k))
  let h = units(() => 0)
  let c = h
  let sums = h
  const toHead = (vector: number[]): void => {
    keep('head-input', vector)
    if (headOutput) for (const logits of logitsOf(spec, get, vector, label, labelHandling)) keep('head-output', logits)
  }
  for (const word of wordsRead(spec, tokens)) {
    const x = keep('input', [...get('embedding').subarray(word * inputs, (word + 1) * inputs)])
    const gate = (g: number): number[] =>
      units((k) => {
        const ax = fround(gateSum(x, 0, g * size + k) + get('lstm.bias')[g * size + k]!)
        return flush(fround(ax + gateSum(h, inputs, g * size + k)))
      })
    const i = keep('sigmoid-i', keep('gate-i', gate(0)).map(sigmoid32))
    const f = keep('sigmoid-f', keep('gate-f', gate(1)).map(sigmoid32))
    const g = keep('tanh-g', keep('gate-g', gate(2)).map(tanh32))
    const o = keep('sigmoid-o', keep('gate-o', gate(3)).map(sigmoid32))
    const before = c
    c = keep(
      'cell',
      units((k) => flush(fround(fround(f[k]! * before[k]!) + fround(i[k]! * g[k]!)))),
    )
    const shown = keep('tanh-c', c.map(tanh32))
    h = keep(
      'hidden',
      units((k) => flush(fround(o[k]! * shown[k]!))),
    )
    sums = sums.map((sum, k) => fround(sum + h[k]!))
    if (spec.family === 'generative') toHead(h)
  }
  if (spec.family === 'discriminative') {
    toHead(spec.pooling === 'last' ? h : sums.map((sum) => fround(sum / Math.max(1, tokens.length))))
  }
  return seen
}

/** The vectors of logits that are looked at. */
function logitsOf(
  spec: ModelSpec,
  get: (name: string) => Float32Array,
  vector: readonly number[],
  label: number,
  handling: Asked['labelHandling'],
): number[][] {
  const head = get(spec.family === 'generative' ? 'head.hidden' : 'head.kernel')
  const own = Array.from(get('head.bias'), (bias, row) => {
    const products = vector.map((h, j) => fround(head[row * vector.length + j]! * h))
    return fround(products.reduce((sum, product) => fround(sum + product), 0) + bias)
  })
  if (spec.family === 'discriminative' || spec.head === 'independent') return [own]
  const classes = handling === 'all' ? Array.from({ length: spec.classes }, (_, y) => y) : [label]
  if (handling === 'none') return []
  const { labelEmbedding: width } = spec
  return classes.map((y) =>
    own.map((logit, v) => {
      let offset = spec.classBias ? get('head.classBias')[v * spec.classes + y]! : 0
      for (let k = 0; k < width; k += 1) offset += get('head.label')[v * width + k]! * get('label')[y * width + k]!
      return fround(logit + fround(offset))
    }),
  )
}

function wordsRead(spec: ModelSpec, tokens: readonly number[]): number[] {
  if (spec.family === 'discriminative') return [...tokens]
  return spec.predictEnd ? [2, ...tokens] : [2, ...tokens].slice(0, tokens.length)
}

function flush(x: number): number {
  return Math.abs(x) < 2 ** -60 ? 0 : x
}

function profileOf(texts: Seen, bins: number): PartProfile {
  const entries = sites.flatMap((site): [Site, SiteProfile][] => {
    const vectors = texts.map((seen) => seen.get(site) ?? [])
    return vectors.flat(2).length === 0 ? [] : [[site, siteProfile(vectors, bins)]]
  })
  return Object.fromEntries(entries)
}

function siteProfile(texts: readonly number[][][], bins: number): SiteProfile {
  const values = texts.flat(2)
  const count = values.length
  const min = values.reduce((a, b) => Math.min(a, b)) + 0
  const max = values.reduce((a, b) => Math.max(a, b)) + 0
  const middle = (min + max) / 2
  const histogram = new Uint32Array(bins)
  for (const x of values) {
    histogram[max === min ? 0 : Math.min(bins - 1, Math.floor(((x - min) / (max - min)) * bins))]! += 1
  }
  const summed = (of: (away: number) => number): number =>
    texts.reduce((sum, vectors) => sum + laneSum(vectors, (x) => of(x - middle)), 0)
  const shift = summed((away) => away) / count
  const deviation = Math.sqrt(Math.max(0, summed((away) => away * away) / count - shift * shift))
  return { count, min, max, mean: middle + shift + 0, deviation, histogram }
}

function laneSum(vectors: readonly number[][], of: (x: number) => number): number {
  const lanes = new Float64Array(16)
  for (const vector of vectors) vector.forEach((x, k) => (lanes[k % 16]! += of(x)))
  for (let half = 8; half >= 1; half /= 2) for (let j = 0; j < half; j += 1) lanes[j]! += lanes[j + half]!
  return lanes[0]!
}

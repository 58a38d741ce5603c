import type { StaticGrid } from '../../../src/core/quantization/grid.ts'
import type { HeadTrace, PartTrace } from '../../../src/core/quantization/evaluateText.ts'
import type { SiteVector } from '../../../src/core/quantization/siteVector.ts'
import { sites, type Site } from '../../../src/shared/contract/quantizationRules.ts'

/** What the runtime says of one text. */
export interface EngineResult {
  predicted: number
  guarded: number
  common: number
  /** [classes] logits, or what of `log p(text | class)` depends on the class */
  values: Float64Array
  scores: Float64Array
}

/** One model evaluated in one way on all its texts. */
export interface EngineRun {
  kernels: string
  offsetRange: number
  /** [texts] of the parts of the model; empty where nothing was traced */
  traces: PartTrace[][]
  /** one evaluation, or a traced one and another that was not */
  results: EngineResult[][]
}

/** `bg_trace_what` from 14 on, bitgauge.h; those below are the sites. */
const whats = [
  'accumulators-x',
  'accumulators-h',
  'pre-activation',
  'forget-product',
  'input-product',
  'pooled',
  'accumulators-head',
  'logits',
  'word-relative',
  'word-common',
] as const

type What = Site | (typeof whats)[number]

interface TraceRecord {
  what: What
  text: number
  part: number
  step: number
  label: number
  vector: SiteVector
  accumulators: Float64Array | null
}

/** The runs of a stream that `bg_trace.c` wrote, in their order. */
export function readTraceStream(stream: Buffer): EngineRun[] {
  const reader = new StreamReader(stream)
  const runs: EngineRun[] = []
  let classes = 0
  let texts = 0
  while (!reader.ended) {
    const tag = reader.u32()
    const run = runs.at(-1)
    if (tag === 1) {
      classes = reader.u32()
      texts = reader.u32()
      const traces = emptyTraces(texts, reader.u32())
      const offsetRange = reader.f32()
      runs.push({ kernels: reader.name(), offsetRange, traces, results: [] })
    } else if (tag === 2 && run !== undefined) keepRecord(run.traces, readRecord(reader))
    else if (tag === 3 && run !== undefined) {
      run.results.push(Array.from({ length: texts }, () => readResult(reader, classes)))
    } else throw new Error(`the stream has a tag ${tag}`)
  }
  return runs
}

function readResult(reader: StreamReader, classes: number): EngineResult {
  return {
    predicted: reader.u32(),
    guarded: reader.u32(),
    common: reader.f64(1)[0]!,
    values: reader.f64(classes),
    scores: reader.f64(classes),
  }
}

function readRecord(reader: StreamReader): TraceRecord {
  const number = reader.u32()
  const [text, part, step, label, count, forms] = [0, 0, 0, 0, 0, 0].map(() => reader.u32()) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const scale = reader.f32()
  const zero = reader.i32()
  const values = (forms & 1) === 0 ? new Float32Array() : new Float32Array(reader.words(count))
  const codes = (forms & 2) === 0 ? null : new Int32Array(reader.words(count))
  const accumulators = (forms & 4) === 0 ? null : reader.f64(count)
  const integers = codes === null ? null : { codes, grid: { scale, zero } as StaticGrid }
  const what = sites[number] ?? whats[number - sites.length]!
  return { what, text, part, step, label, vector: { integers, values }, accumulators }
}

/** Of as many parts as are traced; none where nothing is. */
function emptyTraces(texts: number, parts: number): PartTrace[][] {
  const part = (): PartTrace => ({ steps: [], pooled: null, head: [] })
  return parts === 0 ? [] : Array.from({ length: texts }, () => Array.from({ length: parts }, part))
}

function keepRecord(traces: PartTrace[][], record: TraceRecord): void {
  const part = traces[record.text]![record.part]!
  const { what, vector, accumulators } = record
  if (what === 'pooled') part.pooled = vector.values
  else if (what === 'head-input' || what === 'head-output' || what === 'logits' || what === 'accumulators-head') {
    keepHead(headOf(part, record.step), record)
  } else if (what !== 'word-relative' && what !== 'word-common') {
    const step = stepOf(part, record.step)
    if (what === 'accumulators-x') step.accumulatorsX = accumulators
    else if (what === 'accumulators-h') step.accumulatorsH = accumulators
    else if (what === 'pre-activation') step.preActivations = vector.values
    else if (what === 'forget-product') step.products = { ...step.products, forget: vector } as never
    else if (what === 'input-product') step.products = { ...step.products, input: vector } as never
    else step.sites[what] = vector
  }
}

type Growing = Omit<PartTrace['steps'][number], 'sites'> & { sites: Record<string, SiteVector> }

function stepOf(part: PartTrace, step: number): Growing {
  const made: Growing = {
    accumulatorsX: null,
    accumulatorsH: null,
    preActivations: new Float32Array(),
    products: null,
    sites: {},
  }
  part.steps[step] ??= made as PartTrace['steps'][number]
  return part.steps[step] as Growing
}

function headOf(part: PartTrace, step: number): HeadTrace {
  part.head[step] ??= {
    input: { integers: null, values: new Float32Array() },
    accumulators: null,
    values: new Float32Array(),
    outputs: [],
  }
  return part.head[step]
}

function keepHead(head: HeadTrace, { what, vector, accumulators, label }: TraceRecord): void {
  if (what === 'head-input') head.input = vector
  else if (what === 'logits') head.values = vector.values
  else if (what === 'head-output') head.outputs[label] = vector
  else head.accumulators = accumulators
}

class StreamReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length
  }

  u32(): number {
    return this.#bytes.readUInt32LE(this.#take(4))
  }

  i32(): number {
    return this.#bytes.readInt32LE(this.#take(4))
  }

  f32(): number {
    return this.#bytes.readFloatLE(this.#take(4))
  }

  name(): string {
    const length = this.u32()
    const at = this.#take(length)
    return this.#bytes.toString('latin1', at, at + length)
  }

  /** A copy, at the start of a buffer of its own. */
  words(count: number): ArrayBuffer {
    return this.#copy(4 * count)
  }

  f64(count: number): Float64Array {
    return new Float64Array(this.#copy(8 * count))
  }

  #copy(bytes: number): ArrayBuffer {
    const at = this.#take(bytes) + this.#bytes.byteOffset
    return this.#bytes.buffer.slice(at, at + bytes) as ArrayBuffer
  }

  #take(bytes: number): number {
    const at = this.#at
    this.#at += bytes
    if (this.#at > this.#bytes.length) throw new Error('the stream ends too early')
    return at
  }
}

import { interleave } from '../interleave.ts'
import { absentPeers, type Peers } from '../peers.ts'
import { joinMeasured, type Measured } from '../record.ts'
import { agreementRecords } from './agreement.ts'
import { Engines, turns, type Engine } from './engines.ts'
import { words } from './texts.ts'
import { quantizedFiles, recipeText, type Variant } from './variants.ts'
import type { FloatModelFile, Workbench } from './workbench.ts'

/** What is set beside what; the first of each pair is meant to be the faster one. */
const against = [
  ['bitgauge W8 A8 C8', 'ONNX Runtime int8'],
  ['bitgauge W8 A8 C8, input table', 'ONNX Runtime int8'],
  ['bitgauge ort-dynamic-like', 'ONNX Runtime int8'],
  ['bitgauge float32', 'ONNX Runtime float32'],
  ['bitgauge float32', 'PyTorch float32'],
  ['bitgauge W8 A8 C8', 'PyTorch int8'],
  ['bitgauge W4 A8 C8', 'bitgauge W8 A8 C8'],
  ['bitgauge W2 A8 C8', 'bitgauge W8 A8 C8'],
] as const

/** E = H; the trained model's first. */
const sizes = [100, 64, 128, 257, 512]

/** Batch 1 and batch 64 at every size, E = H; 8 against 4 and 2 bits alone at 512. Accuracy and agreement of the trained model, whose sizes are 100. */
export async function benchDiscriminative(bench: Workbench, peers: Peers, rounds: number): Promise<Measured> {
  const all: Measured[] = []
  for (const hidden of sizes) {
    const model = hidden === 100 ? bench.trained.discriminative : bench.madeUp('discriminative', { hidden, classes: 4 })
    const wanted = hidden === 512 ? wide : everything
    all.push(await ofSize(hidden, model, wanted, bench, hidden === 512 ? null : peers, rounds))
  }
  return joinMeasured(all)
}

const everything: readonly Variant[] = ['float32', 'W8 A8 C8', 'W4 A8 C8', 'W2 A8 C8', 'W4 A4 C4', 'ort-dynamic-like']
const wide: readonly Variant[] = ['W8 A8 C8', 'W4 A8 C8', 'W2 A8 C8']

async function ofSize(
  hidden: number,
  model: FloatModelFile,
  wanted: readonly Variant[],
  bench: Workbench,
  peers: Peers | null,
  rounds: number,
): Promise<Measured> {
  const files = await quantizedFiles(model, model.trained ? bench.calibration : bench.few, wanted)
  const started = new Engines(bench)
  try {
    const engines: Engine[] = []
    for (const variant of wanted) {
      const of = { contender: `bitgauge ${variant}`, recipe: recipeText(variant) }
      engines.push(await started.ours(of, files[variant].file))
      if (variant !== 'W8 A8 C8') continue
      const table = { contender: `${of.contender}, input table`, recipe: of.recipe }
      engines.push(await started.ours(table, files[variant].file, ['input-table']))
    }
    const nothing = peers === null ? [] : await openPeers(started, peers, model, engines)
    const name = `discriminative, H = ${hidden}`
    const measured = [await batch(`${name}, batch 1`, [...engines, ...nothing], 1, rounds)]
    measured.push(await batch(`${name}, batch 64`, engines, 64, rounds))
    if (model.trained) measured.push(await agreement(name, engines, bench))
    const absent = peers === null ? [] : absentPeers(name, peers, { pytorch: 'PyTorch', onnxruntime: 'ONNX Runtime' })
    return joinMeasured([...measured, { records: [], ratios: [], absent }])
  } finally {
    started.end()
  }
}

/** Adds the peers that are here; gives a graph of ONNX Runtime that computes nothing: what of its time is the call. */
async function openPeers(
  started: Engines,
  { pytorch, onnxruntime }: Peers,
  { file }: FloatModelFile,
  engines: Engine[],
): Promise<Engine[]> {
  const torch = await started.peer(pytorch, 'classifiers.py', ['pytorch', '1'])
  const onnx = await started.peer(onnxruntime, 'classifiers.py', ['onnxruntime', '1'])
  if (torch !== null) {
    engines.push(await torch.open({ contender: 'PyTorch float32', recipe: 'float32' }, 'float32', file))
    const recipe = 'quantize_dynamic: int8 weights, one scale an array, dynamic activations'
    engines.push(await torch.open({ contender: 'PyTorch int8', recipe }, 'int8', file))
  }
  if (onnx === null) return []
  engines.push(await onnx.open({ contender: 'ONNX Runtime float32', recipe: 'float32' }, 'float32', file))
  const recipe = 'DynamicQuantizeLSTM: int8 weights, one scale an array, dynamic activations'
  engines.push(await onnx.open({ contender: 'ONNX Runtime int8', recipe }, 'int8', file))
  return [await onnx.open({ contender: 'ONNX Runtime, no work', recipe: 'a graph of one Identity' }, 'nothing', '')]
}

async function batch(name: string, engines: readonly Engine[], size: number, rounds: number): Promise<Measured> {
  const one = size === 1
  const sampleOf = one ? (ms: number) => ms : (ms: number) => (1000 * size * words) / ms
  return await interleave({
    case: name,
    metric: one ? 'time a text' : 'throughput',
    unit: one ? 'ms' : 'tokens/s',
    better: one ? 'lower' : 'higher',
    contenders: engines.map((engine) => turns(engine, size, sampleOf)),
    rounds,
    against,
  })
}

async function agreement(name: string, engines: readonly Engine[], { evaluation }: Workbench): Promise<Measured> {
  const records = await agreementRecords(`${name}, ${evaluation.rows} texts`, engines, evaluation.labels)
  return { records, ratios: [] }
}

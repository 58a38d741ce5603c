import { interleave, type Contender } from '../interleave.ts'
import { absentPeers, type Peers } from '../peers.ts'
import { joinMeasured, ratio, type BenchRatio, type BenchRecord, type Measured } from '../record.ts'
import { agreementRecords } from './agreement.ts'
import { Engines, turns, type Engine } from './engines.ts'
import { words } from './texts.ts'
import { quantizedFiles, recipeText } from './variants.ts'
import type { FloatModelFile, Workbench } from './workbench.ts'

const name = 'generative scoring'
const wanted = ['float32', 'W8 A8 C8'] as const
const forms = {
  passes: 'float32, the whole model once a class',
  factored: 'float32, LSTM once, a log-sum-exp a class',
  product: 'float32, LSTM and exponentials once, sums as a matrix product',
} as const
type Form = keyof typeof forms

interface Opened {
  classes: number
  ours: Engine[]
  peers: Partial<Record<Form, Engine>>
}

/** A contender's turns, and what tells it from the others. */
interface Entry extends Contender {
  who: string
  ours: boolean
  classes: number
  batch: number
}

/**
 * Scoring under every class, words of texts a second, with 4 and with 14 classes in the same rounds; accuracy and agreement of the trained model,
 * which has 4. The peer in several batchings, as which of them is better depends on the machine's caches.
 */
export async function benchGenerative(bench: Workbench, peers: Peers, rounds: number): Promise<Measured> {
  const started = new Engines(bench)
  try {
    const four = await open(started, bench.trained.generative, bench, peers)
    const fourteen = await open(started, bench.madeUp('generative', { hidden: 100, classes: 14 }), bench, peers)
    const entries = [
      ...entriesOf(four, { ours: [1, 4, 32], peers: [1, 4, 32] }),
      ...entriesOf(fourteen, { ours: [1, 4, 32], peers: [4] }),
    ]
    const shared = { case: name, metric: 'throughput', unit: 'tokens/s', better: 'higher', rounds } as const
    const { records } = await interleave({
      ...shared,
      contenders: entries.map((one) => ({ ...one, contender: title(one) })),
    })
    const measured: Measured[] = [{ records, ratios: ratiosOf(entries, records) }]
    if (bench.trained.generative.trained) measured.push(await agreement(four, bench))
    measured.push({ records: [], ratios: [], absent: absentPeers(name, peers, { pytorch: 'PyTorch' }) })
    return joinMeasured(measured)
  } finally {
    started.end()
  }
}

async function open(started: Engines, model: FloatModelFile, bench: Workbench, { pytorch }: Peers): Promise<Opened> {
  const files = await quantizedFiles(model, model.trained ? bench.calibration : bench.few, wanted)
  const ours: Engine[] = []
  for (const variant of wanted) {
    const of = { contender: `bitgauge ${variant}`, recipe: recipeText(variant) }
    ours.push(await started.ours(of, files[variant].file))
    const packed = { ...of, contender: `${of.contender}, packed head` }
    ours.push(await started.ours(packed, files[variant].file, ['pack-head']))
  }
  const program = await started.peer(pytorch, 'language_models.py', ['1'])
  const peers: Opened['peers'] = {}
  for (const form of program === null ? [] : (Object.keys(forms) as Form[])) {
    peers[form] = await program!.open({ contender: `PyTorch ${form}`, recipe: forms[form] }, form, model.file)
  }
  return { classes: model.description.spec.classes, ours, peers }
}

function entriesOf({ classes, ours, peers }: Opened, batches: { ours: number[]; peers: number[] }): Entry[] {
  const entry = (engine: Engine, batch: number, isOurs: boolean): Entry => ({
    ...turns(engine, batch, (ms) => (1000 * batch * words) / ms),
    who: engine.contender,
    ours: isOurs,
    classes,
    batch,
  })
  return [
    ...ours.flatMap((engine) => batches.ours.map((batch) => entry(engine, batch, true))),
    ...Object.values(peers).flatMap((engine) => batches.peers.map((batch) => entry(engine, batch, false))),
  ]
}

function title({ who, classes, batch }: Pick<Entry, 'who' | 'classes' | 'batch'>): string {
  return `${who}, K = ${classes}, batch ${batch}`
}

/** Ours beside each form of the peer: one text beside one text, the largest batch beside the form's best one. And 14 classes beside 4. */
function ratiosOf(entries: readonly Entry[], records: readonly BenchRecord[]): BenchRatio[] {
  const recordOf = (one: Pick<Entry, 'who' | 'classes' | 'batch'>): BenchRecord =>
    records.find(({ contender }) => contender === title(one))!
  const ours = entries.filter((one) => one.ours)
  const largest = Math.max(...ours.map(({ batch }) => batch))
  const beside = ours
    .filter(({ batch }) => batch === 1 || batch === largest)
    .flatMap((one) => {
      const peers = entries.filter(({ ours: isOurs, classes }) => !isOurs && classes === one.classes)
      const fair = peers.filter(({ batch }) => one.batch > 1 || batch === 1)
      return bestOfEach(fair, (other) => recordOf(other).median).map((other) => [one, other] as const)
    })
  const classes = ours.filter(({ classes }) => classes === 14).map((one) => [one, { ...one, classes: 4 }] as const)
  return [...beside, ...classes].map(([one, other]) => ratio(name, recordOf(one), recordOf(other)))
}

/** Of the entries of each contender the fastest. */
function bestOfEach(entries: readonly Entry[], speed: (one: Entry) => number): Entry[] {
  const best = new Map<string, Entry>()
  for (const one of entries) {
    const before = best.get(one.who)
    if (before === undefined || speed(one) > speed(before)) best.set(one.who, one)
  }
  return [...best.values()]
}

async function agreement({ ours, peers }: Opened, { evaluation }: Workbench): Promise<Measured> {
  const engines = [...ours, ...Object.values(peers)]
  const records = await agreementRecords(`${name}, ${evaluation.rows} texts`, engines, evaluation.labels)
  return { records, ratios: [] }
}

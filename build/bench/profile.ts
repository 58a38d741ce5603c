import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { writeTokenFile, type EncodedTexts } from '../../src/core/dataset/tokenFile.ts'
import { profiledSchema, type ProfileEntry } from '../../src/shared/contract/profile.ts'
import { bitgauge } from '../studies/bitgauge.ts'
import { root } from '../tasks/run.ts'
import { Engines, turns } from './inference/engines.ts'
import { trainedModel, type Family } from './inference/trainedModels.ts'
import { vocabularySize } from './inference/workbench.ts'
import { record, ratio, type BenchRecord, type Measured } from './record.ts'

/** Float, and weights of 8, 4 and 2 bits with activations of 8. */
const widths = [
  'weights=float,input=float,hidden=float,gates=float,sigmoid=float,tanh=float,cell=float,head=float',
  '8',
  'weights=4',
  'weights=2',
]
const texts = 256

/** The core of both: neighbours on the machine below a virtual one can make one of its cores slower than another by a third. */
const core = availableParallelism() - 1

/** Passes over the texts in a block: milliseconds at least, so that a processor that was asleep is awake. */
const passes: Record<Family, number> = { discriminative: 8, generative: 1 }

interface Quantized {
  model: { name: string; fingerprint: string; bits: { label: string } }
}

/**
 * `bitgauge profile --board local` beside the runtime's own bench on the same models and texts in the same run: what the one says is to be what the other says, within a tenth. The
 * bench's blocks go before and behind the profile, so that a machine that became slower meanwhile shows.
 */
export async function benchProfile(home: string, quick: boolean): Promise<Measured> {
  const all: Measured = { records: [], ratios: [], absent: [] }
  for (const family of ['discriminative', 'generative'] as const) {
    const trained = await trainedModel(family, home)
    if (trained === null) {
      all.absent!.push({
        case: `profile, ${family}`,
        contender: 'bitgauge profile',
        reason: 'the data set is not on this machine',
      })
      continue
    }
    const { records, ratios } = await ofFamily(family, first(trained.test), home, quick)
    all.records.push(...records)
    all.ratios.push(...ratios)
  }
  if (all.records.length === 0) return all
  try {
    all.records.push(...(await exported(home, quick)))
  } catch (thrown) {
    // What took minutes to measure is not lost for a picture of it.
    all.absent!.push({ case: 'profile, exported', contender: 'bitgauge export', reason: String(thrown) })
  }
  return all
}

/** Accuracy against latency of all that was profiled, as a picture beside the documentation; of a quick run beside the models. */
async function exported(home: string, quick: boolean): Promise<BenchRecord[]> {
  const place = quick ? join(home, 'exports', 'boards') : join(root, 'docs', 'images', 'boards')
  mkdirSync(dirname(place), { recursive: true })
  const how = ['--board', 'local', '--format', 'svg', '--overwrite', '--out', place]
  await bitgauge<unknown>(['export', ...how], home)
  const pictures = readdirSync(place).filter((name) => name.endsWith('.svg'))
  return pictures.map((name) =>
    record({
      ...{ case: 'profile, exported', contender: 'bitgauge export --board local --format svg' },
      ...{ recipe: quick ? name : `docs/images/boards/${name}`, metric: 'size of the picture', unit: 'bytes' },
      samples: [statSync(join(place, name)).size],
    }),
  )
}

function first({ offsets, tokens, labels }: EncodedTexts): EncodedTexts {
  return {
    rows: texts,
    offsets: offsets.slice(0, texts + 1),
    tokens: tokens.slice(0, offsets[texts]),
    labels: labels.slice(0, texts),
  }
}

async function ofFamily(family: Family, timed: EncodedTexts, home: string, quick: boolean): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-bench-'))
  const file = join(folder, 'timed.tokens')
  writeFileSync(file, writeTokenFile(timed, vocabularySize, 4))
  const started = new Engines({ timed: { ...timed, file }, evaluation: { ...timed, file } })
  try {
    const models: Quantized['model'][] = []
    for (const bits of widths)
      models.push((await bitgauge<Quantized>(['quantize', `bench-${family}`, '--bits', bits], home)).model)
    const engines = await Promise.all(
      models.map(({ bits, fingerprint }) => {
        const of = { contender: `bench.c ${bits.label}`, recipe: bits.label }
        return started.ours(of, join(home, 'quantized', fingerprint.slice('sha256:'.length), 'model.bgq'), [], core)
      }),
    )
    const blocks = engines.map((engine) => turns(engine, 1, (milliseconds) => milliseconds, passes[family] * texts))
    const samples: number[][] = engines.map(() => [])
    const round = async (count: number): Promise<void> => {
      for (let k = 0; k < count; k += 1)
        for (const [place, { block }] of blocks.entries()) samples[place]!.push(await block())
    }
    await round(quick ? 3 : 9)
    const profiles = await profiled(models, home, quick)
    await round(quick ? 3 : 9)
    return recordsOf(
      family,
      profiles,
      engines.map(({ contender, version, recipe, kernel }, k) => ({
        contender,
        version,
        recipe,
        kernel,
        samples: samples[k]!,
      })),
    )
  } finally {
    started.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function profiled(models: readonly Quantized['model'][], home: string, quick: boolean): Promise<ProfileEntry[]> {
  const names = models.flatMap(({ name }) => ['--model', name])
  const how = [
    '--board',
    'local',
    '--core',
    String(core),
    // All test texts beside the host's results, bit for bit.
    ...(quick ? ['--texts', '500'] : []),
    '--batch',
    '1',
    '--timed-texts',
    String(texts),
    ...(quick ? ['--quick'] : []),
  ]
  return profiledSchema.parse(await bitgauge<unknown>(['profile', ...how, ...names], home)).profiles
}

function recordsOf(
  family: Family,
  profiles: readonly ProfileEntry[],
  bench: readonly Pick<BenchRecord, 'contender' | 'version' | 'recipe' | 'kernel' | 'samples'>[],
): Measured {
  const name = `profile, ${family}, H = 100, batch 1`
  const shared = { case: name, metric: 'time a text', unit: 'ms' } as const
  const pairs = profiles.map((profile, k) => {
    const of = bench[k]!
    const own = record({
      ...shared,
      ...of,
      contender: `bitgauge profile ${profile.bits.label}`,
      samples: [profile.latency.median_us / 1000],
    })
    return [own, record({ ...shared, ...of })] as const
  })
  return {
    records: [...pairs.flat(), ...profiles.flatMap((profile) => resultsOf(family, profile))],
    ratios: pairs.map(([own, other]) => ratio(name, own, { ...other, samples: [other.median] })),
  }
}

/** What the board computes of the test texts, and how it stands to the host's. */
function resultsOf(family: Family, { bits, accuracy, equality, kernels }: ProfileEntry): BenchRecord[] {
  if (accuracy === null || equality === null) return []
  const shared = {
    case: `profile, ${family}, H = 100, ${equality.texts.toLocaleString('en')} test texts`,
    contender: `bitgauge profile ${bits.label}`,
    recipe: bits.label,
    kernel: kernels,
  }
  return [
    record({ ...shared, metric: 'accuracy', unit: 'share', better: 'higher', samples: [accuracy.value] }),
    record({
      ...shared,
      metric: 'texts that differ from the host in any bit',
      unit: 'count',
      samples: [equality.differ],
    }),
  ]
}

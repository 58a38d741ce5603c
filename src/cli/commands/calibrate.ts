import type { Command } from 'commander'
import { z } from 'zod'
import {
  calibrationDrawSchema,
  calibrationProfileSchema,
  profileRecordSchema,
  type NamedSet,
  type ProfileRecord,
} from '../../shared/contract/calibration.ts'
import { printedManifests } from '../../shared/calibration/printedManifests.ts'
import { calibrationManifestSchema, type CalibrationManifest } from '../../shared/contract/calibrationRules.ts'
import { AppError } from '../../shared/errors.ts'
import type { Host } from '../../host/index.ts'
import type { CommandContext, Define, Outcome } from '../command.ts'
import { deviceOption, engineOption, ensureLibraries } from '../deviceOption.ts'
import { followJob } from '../followJob.ts'
import { readJsonFile } from '../readJsonFile.ts'
import type { calibrateDataSchema } from '../schemas.ts'
import { withHost } from '../withHost.ts'
import { configureStored } from './calibrate/stored.ts'
import { numberBy, parseUsage } from './dataset/options.ts'
import { describeProfile, describeSet } from './quantize/describe.ts'
import { drawFlags, drawOf, profileFlags, profileOf, type DrawFlags, type ProfileFlags } from './quantize/flags.ts'

interface CalibrateFlags extends DrawFlags, ProfileFlags {
  dataset?: string
  draws?: number
  from?: string
  name?: string
  model?: string[]
  device?: string
  engine?: string
  force?: true
}

type Calibrated = z.infer<typeof calibrateDataSchema>

export function configure(command: Command, define: Define): void {
  // What stands after a subcommand is the subcommand's.
  command.enablePositionalOptions()
  command.option('--dataset <name>', 'draw from its train split: its name, id or fingerprint')
  drawFlags(command)
    .option(
      '--draws <number>',
      'so many draws, from --draw on (default: 1)',
      numberBy(calibrationDrawSchema.shape.draw.unwrap().min(1).max(1000)),
    )
    .option('--name <name>', 'what to call the set: all its draws')
    .option(
      '--from <manifest>',
      'take sets that were drawn elsewhere, by a manifest or by what `calibrate show --json` prints',
    )
    .option('--model <names...>', 'profile these models on each set')
  profileFlags(command)
  engineOption(deviceOption(command), 'of the profiles')
    .option('--force', 'profile again what was profiled before')
    .addHelpText(
      'after',
      '\nSets of one seed and draw share their texts class by class, whatever their composition. Rows whose text stands in dev or test too are' +
        '\nnever drawn.\n' +
        '\nExamples:\n  bitgauge calibrate --dataset ag-news --size 256 --name even-256\n' +
        '  bitgauge calibrate --dataset ag-news --composition World=3,Sports=1 --draws 12 --model ag-news-discriminative --json\n',
    )
    .action(define('calibrate', run))
  configureStored(command, define)
}

async function run(context: CommandContext, flags: CalibrateFlags): Promise<Outcome<Calibrated>> {
  const { model: models = [] } = flags
  if ((flags.dataset === undefined) === (flags.from === undefined)) {
    throw new AppError('usage-invalid', 'A calibration set is drawn from --dataset, or taken --from a manifest.')
  }
  const how = calibrationProfileSchema.pick({ device: true, engine: true })
  if (models.length > 0) await ensureLibraries(context, parseUsage(how, { device: flags.device, engine: flags.engine }))
  return withHost(context, async (host) => {
    const sets = flags.from === undefined ? await draw(host, context, flags) : await take(host, flags.from, flags.name)
    const profiles: ProfileRecord[] = []
    for (const set of sets) {
      for (const model of models) profiles.push(await profile(host, context, { model, set: set.id }, flags))
    }
    const text = [...sets.map(describeSet), ...profiles.map(describeProfile)].join('\n\n')
    const warnings = [...sets, ...profiles].flatMap((one) => one.warnings)
    return { data: { sets, profiles }, text, warnings: unique(warnings) }
  })
}

async function draw({ client }: Host, context: CommandContext, flags: CalibrateFlags): Promise<NamedSet[]> {
  const { dataset, name, draws = 1 } = flags
  const input = parseUsage(calibrationDrawSchema, { dataset, name, ...drawOf(flags) })
  const sets: NamedSet[] = []
  for (let more = 0; more < draws; more += 1) {
    context.progress({ phase: 'drawing', done: more, total: draws, unit: 'sets' })
    sets.push(await client.calibration.draw({ ...input, draw: input.draw + more }))
    if (context.signal.aborted) throw new AppError('cancelled', 'Drawing was cancelled; what was drawn is kept.')
  }
  return sets
}

/** A manifest; or what `calibrate --json` or `calibrate show --json` printed, with a manifest for each draw. */
async function take({ client }: Host, file: string, name: string | undefined): Promise<NamedSet[]> {
  const value = await readJsonFile(file, 'The manifest', manifestHint)
  const taken: NamedSet[] = []
  for (const manifest of manifestsOf(value, file)) {
    taken.push(await client.calibration.import({ manifest, ...parseUsage(nameSchema, { name }) }))
  }
  return taken
}

const manifestHint = 'bitgauge calibrate show --json prints one.'
const nameSchema = calibrationDrawSchema.pick({ name: true })

function manifestsOf(value: unknown, file: string): CalibrationManifest[] {
  const given = printedManifests(value) ?? [value]
  const parsed = z.array(calibrationManifestSchema).min(1).safeParse(given)
  if (parsed.success) return parsed.data
  throw new AppError('input-invalid', `The file ${file} is no manifest of a calibration set.`, {
    expected: 'kind calibration-set, version 1',
    found: parsed.error.issues[0]?.path.map(String).join('.'),
    hint: manifestHint,
  })
}

async function profile(
  host: Host,
  context: CommandContext,
  of: { model: string; set: string },
  flags: CalibrateFlags,
): Promise<ProfileRecord> {
  const { device, engine, force } = flags
  const input = parseUsage(calibrationProfileSchema, { ...of, ...profileOf(flags), device, engine, force })
  const started = await host.client.calibration.profile(input)
  if (started.state === 'done-before') return started.profile
  return profileRecordSchema.parse((await followJob(host, context, started.job)).result)
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()]
}

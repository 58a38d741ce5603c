import { InvalidArgumentError, Option, type Command } from 'commander'
import { fixed } from '../../shared/charts/figures.ts'
import { splitNames } from '../../shared/contract/datasetRules.ts'
import {
  checkedWarnings,
  evaluateSchema,
  evaluationResultSchema,
  shiftSchema,
  type EvaluationResult,
  type Shift,
} from '../../shared/contract/evaluation.ts'
import { AppError } from '../../shared/errors.ts'
import { exitCodes, type CommandContext, type Define, type Outcome } from '../command.ts'
import { deviceOption, engineOption, ensureEngine, ensureLibrary } from '../deviceOption.ts'
import { tryRuntime } from '../ensureTensorflow.ts'
import { followJob, warningsOf } from '../followJob.ts'
import { parseNoise, type NoiseFlag } from '../noiseOption.ts'
import { printable } from '../output.ts'
import { kilobytes, percent, table } from '../table.ts'
import { withHost } from '../withHost.ts'
import { numberBy, parseUsage } from './dataset/options.ts'
import { describeCalibration } from './quantize/describe.ts'
import { asksForQuantization, quantizationFlags, quantizationOf, type QuantizationFlags } from './quantize/flags.ts'

interface EvaluateFlags extends QuantizationFlags {
  dataset?: string
  split?: string
  noise?: NoiseFlag
  shift?: Shift
  seed?: number
  device?: string
  engine?: string
  check?: true
  force?: true
}

type Evaluated = EvaluationResult & { doneBefore: boolean }

export function configure(command: Command, define: Define): void {
  command
    .argument('<model>', 'a model or a quantized model: its name, id or fingerprint')
    .option('--dataset <name>', 'another one with the same classes (default: the one it was trained on)')
    .addOption(new Option('--split <name>', '(default: test)').choices(splitNames))
    .option('--noise <kind:level>', 'typing noise in the texts: qwerty:0.05', (text) => parseNoise(text, false))
    .option('--shift <kind:size>', 'out-of-vocabulary:0.2, shorten:0.5 or lengthen:2', parseShift)
    .option('--seed <number>', 'of noise and shift (default: 1)', numberBy(evaluateSchema.shape.seed))
  quantizationFlags(command)
  engineOption(deviceOption(command))
    .option(
      '--check',
      'exit code 3 where the figures may not mean what they seem to: a dead signal, one class for all, no effect, a batch that matters',
    )
    .option('--force', 'evaluate again what was evaluated before')
    .addHelpText(
      'after',
      '\nEvery opening of a test split is written down in the store. With --bits the model is quantized first; what that lacks (a calibration' +
        '\nset, a profile, the float figures of the same input) is made.\n' +
        '\nExamples:\n  bitgauge evaluate ag-news-discriminative\n' +
        '  bitgauge evaluate ag-news-discriminative --split dev --noise qwerty:0.05 --json\n' +
        '  bitgauge evaluate ag-news-discriminative --bits 4 --composition World=1,Sports=1 --check\n',
    )
    .action(define('evaluate', run))
}

async function run(context: CommandContext, flags: EvaluateFlags, [model]: string[]): Promise<Outcome<Evaluated>> {
  const { dataset, split, shift, seed, device, engine, check, force, noise } = flags
  const clean = noise === undefined ? undefined : { kind: noise.kind, level: noise.level }
  const given = { model, dataset, split, noise: clean, shift, seed, device, engine, check, force }
  const input = parseUsage(evaluateSchema, { ...given, quantization: await quantizationIn(flags) })
  await ensureLibrary(context, input.device)
  if (input.quantization !== undefined) await ensureEngine(context, input.device, input.engine)
  else await tryRuntime(context)
  return withHost(context, async (host) => {
    const started = await host.client.evaluation.start(input)
    const recipeOf = async ({ id, quantization }: EvaluationResult): Promise<string> =>
      quantization === null ? '' : ((await host.client.run.show({ run: id })).run.recipe ?? quantization.recipe.target)
    if (started.state === 'done-before') {
      return outcomeOf(started.evaluation, await recipeOf(started.evaluation), true, false)
    }
    const job = await followJob(host, context, started.job)
    const evaluation = evaluationResultSchema.parse(job.result)
    const outcome = outcomeOf(evaluation, await recipeOf(evaluation), false, input.check)
    return { ...outcome, warnings: warningsOf(job, outcome.warnings ?? []) }
  })
}

async function quantizationIn(flags: EvaluateFlags): Promise<object | undefined> {
  if (asksForQuantization(flags)) return quantizationOf(flags)
  const { composition, size, calibrationSeed, draw, labels, bins, headOutput, calibration, calibrateOn } = flags
  const loose = { composition, size, calibrationSeed, draw, labels, bins, headOutput, calibration, calibrateOn }
  const name = Object.entries(loose).find(([, value]) => value !== undefined)?.[0]
  if (name === undefined) return undefined
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  throw new AppError('usage-invalid', `--${flag} has no meaning without --bits.`)
}

/** @param recipe the name of its settings, for people */
function outcomeOf(
  evaluation: EvaluationResult,
  recipe: string,
  doneBefore: boolean,
  check: boolean,
): Outcome<Evaluated> {
  const found = check && evaluation.warnings.some(({ code }) => checkedWarnings.some((checked) => checked === code))
  return {
    data: { ...evaluation, doneBefore },
    text: describe(evaluation, recipe, doneBefore),
    warnings: evaluation.warnings,
    exitCode: found ? exitCodes.problemFound : exitCodes.done,
  }
}

function describe(evaluation: EvaluationResult, recipe: string, doneBefore: boolean): string {
  const { id, model, dataset, split, accuracy, interval, right, n, macroF1, nll, calibration, scoring } = evaluation
  const between = `${percent(interval.low)} to ${percent(interval.high)} at ${100 * interval.level} %`
  const rows = evaluation.classes.map(({ support, predicted, precision, recall, f1 }, k) => [
    printable(evaluation.classNames[k] ?? String(k)).slice(0, 40),
    ...[String(support), String(predicted), percent(precision), percent(recall), percent(f1)],
    ...(evaluation.confusion[k] ?? []).map(String),
  ])
  const head = ['class', 'texts', 'taken for', 'precision', 'recall', 'F1', ...rows.map((_, k) => `as ${k + 1}`)]
  const guarded = scoring.guarded === 0 ? '' : `, ${scoring.guarded} words scored directly`
  return [
    `${model.name} on ${dataset.name}, ${split}${inputOf(evaluation)}  ${id}`,
    ...quantizationLines(evaluation, recipe),
    `  accuracy ${percent(accuracy)} (${between}), ${right} of ${n}`,
    `  macro-F1 ${percent(macroF1)}, ECE ${percent(calibration.ece)}, NLL ${nll.toFixed(4)}, unknown words ${percent(evaluation.unknownShare)}`,
    `  ${evaluation.duration_s.toFixed(1)} s on ${placeOf(evaluation)}, ${scoring.form} scoring${guarded}${doneBefore ? '; evaluated before, --force does it again' : ''}`,
    '',
    ...table([head, ...rows]),
  ].join('\n')
}

function placeOf({ on: { device, runtime } }: EvaluationResult): string {
  return runtime === undefined ? device : `${device} by the runtime (${runtime.kernels})`
}

function quantizationLines({ quantization }: EvaluationResult, recipe: string): string[] {
  if (quantization === null) return []
  const { bits, bytes, calibration, float } = quantization
  const lines = [`  ${bits.label}, recipe ${recipe}, ${kilobytes(bytes)}, ${describeCalibration(calibration)}`]
  if (float === null) return lines
  const { value, interval } = float.difference
  const points = (share: number): string => fixed(100 * share, 2)
  const between = `${points(interval.low)} to ${points(interval.high)} at ${100 * interval.level} %`
  const difference = `${points(value)} points against float ${percent(float.accuracy)} (${between})`
  return [...lines, `  ${difference}, same class in ${percent(float.agreement)}`]
}

function inputOf({ noise, shift, seed }: EvaluationResult): string {
  const parts = [
    ...(noise.level === 0 ? [] : [`${noise.kind} noise ${noise.level}`]),
    ...(shift === null ? [] : [Object.values(shift).join(' ')]),
  ]
  return parts.length === 0 ? '' : `, ${parts.join(', ')}, seed ${seed}`
}

const sizeNames = { 'out-of-vocabulary': 'level', shorten: 'share', lengthen: 'factor' } as const

function parseShift(text: string): Shift {
  const [kind = '', size = '', ...rest] = text.split(':')
  const name = Object.hasOwn(sizeNames, kind) ? sizeNames[kind as keyof typeof sizeNames] : undefined
  const value = size.trim() === '' ? Number.NaN : Number(size)
  const parsed = shiftSchema.safeParse(name === undefined ? null : { kind, [name]: value })
  if (parsed.success && rest.length === 0) return parsed.data
  throw new InvalidArgumentError('Expected out-of-vocabulary:LEVEL, shorten:SHARE or lengthen:FACTOR.')
}

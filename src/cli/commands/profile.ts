import type { Command } from 'commander'
import {
  profiledSchema,
  profileListInputSchema,
  profileSettingsSchema,
  profileStartInputSchema,
  type Profiled,
  type ProfileEntry,
  type ProfileList,
  type ProfileResult,
} from '../../shared/contract/profile.ts'
import { AppError, describeError } from '../../shared/errors.ts'
import type { CommandContext, Define, Outcome } from '../command.ts'
import { ensureLibraries } from '../deviceOption.ts'
import { followJob, warningsOf } from '../followJob.ts'
import { printable } from '../output.ts'
import { megabytes, percent, table } from '../table.ts'
import { withHost } from '../withHost.ts'
import { secretFlags, secretsOf, type SecretFlags } from './board/secrets.ts'
import { numberBy, parseUsage, repeated } from './dataset/options.ts'

interface ProfileFlags extends SecretFlags {
  board?: string[]
  model?: string[]
  dataset?: string
  quick?: true
  batch?: number
  timedTexts?: number
  texts?: number
  seed?: number
  core?: number
  kernels?: string
  shares?: boolean
}

const { shape } = profileSettingsSchema

export function configure(command: Command, define: Define): void {
  command.addHelpText(
    'after',
    '\nExamples:\n  bitgauge profile --board local --quick\n  bitgauge profile list --newest --json\n',
  )
  const run = command
    .command('run', { isDefault: true })
    .description('measure quantized models on boards')
    .option('--board <name>', 'where; may be given again (default: local)', repeated)
    .option('--model <name>', 'a quantized model; may be given again (default: all of the home)', repeated)
    .option('--dataset <name>', 'whose test texts are read (default: that of each model)')
    .option('--quick', 'three windows of a second each; the result says so')
    .option(
      '--batch <number>',
      'texts side by side for throughput; 1: not measured (default: 32)',
      numberBy(shape.batch),
    )
    .option('--timed-texts <number>', 'test texts that are timed (default: 256)', numberBy(shape.timedTexts))
    .option(
      '--texts <number>',
      "test texts whose results are compared with the host's; 0: none (default: all)",
      numberBy(shape.texts.unwrap()),
    )
    .option('--seed <number>', 'of the order of the models (default: 1)', numberBy(shape.seed))
    .option('--core <number>', 'the core (default: the last of the fastest cluster)', numberBy(shape.core.unwrap()))
    .option('--kernels <name>', 'kernels of the runtime (default: the fastest)')
    .option('--no-shares', 'leave out how the time is shared out')
  secretFlags(run)
    .addHelpText(
      'after',
      '\nFive windows of at least ten seconds each, batch 1, one core; the order of the models is shuffled in each window.\n' +
        'As many again with --batch texts side by side: with the default a hundred seconds a model.\n' +
        '\nExamples:\n  bitgauge profile --board local --model ag-news-w8-a8-c8 --quick\n  bitgauge profile --board pi5 --json\n',
    )
    .action(define('profile', profile))
  command
    .command('list')
    .description('profiles, the newest first')
    .option('--board <name>', 'of this board')
    .option('--model <name>', 'of this model')
    .option('--newest', 'only the newest of each model on each board')
    .option('--limit <number>', 'at most so many (default: 500)', numberBy(profileListInputSchema.shape.limit))
    .addHelpText('after', '\nExample:\n  bitgauge profile list --newest\n')
    .action(define('profile-list', list))
  command
    .command('show')
    .description('every figure of a profile')
    .argument('<profile>', 'its id')
    .addHelpText('after', '\nExample:\n  bitgauge profile show 01JZXQ6V0000000000000000AB\n')
    .action(define('profile-show', show))
  command
    .command('remove')
    .description('take profiles away, with their samples')
    .argument('<profiles...>', 'ids')
    .addHelpText('after', '\nExample:\n  bitgauge profile remove 01JZXQ6V0000000000000000AB\n')
    .action(define('profile-remove', remove))
}

async function profile(context: CommandContext, flags: ProfileFlags): Promise<Outcome<Profiled>> {
  const { passwordFile, passphraseFile, jumpPasswordFile, jumpPassphraseFile, ...rest } = flags
  const { board = ['local'], model, ...settings } = rest
  const secrets = await secretsOf({ passwordFile, passphraseFile, jumpPasswordFile, jumpPassphraseFile })
  if (flags.texts !== 0) await ensureLibraries(context, { device: 'cpu', engine: 'runtime' })
  return withHost(context, async (host) => {
    const models = model ?? (await host.client.quantization.list({})).models.map(({ name }) => name)
    if (models.length === 0) {
      throw new AppError('not-found', 'There is no quantized model in this home.', {
        hint: 'bitgauge quantize makes one of a trained model; --bits float counts as a width.',
      })
    }
    const input = parseUsage(profileStartInputSchema, { ...settings, boards: board, models, secrets })
    const { job } = await host.client.profile.start(input)
    const ended = await followJob(host, context, job)
    const data = profiledSchema.parse(ended.result)
    const warnings = warningsOf(
      ended,
      data.failed.map(({ board: subject, error }) => ({
        code: 'board-failed',
        message: describeError(error),
        subject,
      })),
    )
    return { data, text: describeEntries(data.profiles), warnings }
  })
}

async function list(
  context: CommandContext,
  flags: { board?: string; model?: string; newest?: true; limit?: number },
): Promise<Outcome<ProfileList>> {
  const input = parseUsage(profileListInputSchema, flags)
  const data = await withHost(context, (host) => host.client.profile.list(input))
  return { data, text: data.profiles.length === 0 ? 'There are no such profiles.' : describeEntries(data.profiles) }
}

async function show(context: CommandContext, _: object, [id]: string[]): Promise<Outcome<ProfileResult>> {
  const data = await withHost(context, (host) => host.client.profile.show({ profile: id as string }))
  return { data, text: describeProfile(data), warnings: data.warnings }
}

async function remove(context: CommandContext, _: object, profiles: string[]): Promise<Outcome<{ removed: string[] }>> {
  const data = await withHost(context, (host) => host.client.profile.remove({ profiles }))
  return { data, text: data.removed.map((id) => `removed ${id}`).join('\n') }
}

function describeEntries(profiles: readonly ProfileEntry[]): string {
  const rows = profiles.map(
    ({ board, model, bits, latency, throughput, memory, accuracy, equality, kernels, emulated, quick, id }) => [
      board.name,
      printable(model.name),
      bits.label,
      microseconds(latency.median_us),
      microseconds(latency.percentiles.p99.value_us),
      throughput === null ? '' : throughput.texts_per_s.toFixed(0),
      memory.net_bytes === null ? '' : megabytes(memory.net_bytes),
      accuracy === null ? '' : percent(accuracy.value),
      equality === null ? '' : equality.broken === 0 ? equality.class : `${equality.broken} differ`,
      [kernels, emulated ? 'emulated' : null, quick ? 'quick' : null].filter((word) => word !== null).join(', '),
      id,
    ],
  )
  const head = [
    'board',
    'model',
    'bits',
    'median',
    'p99',
    'texts/s',
    'memory',
    'accuracy',
    'as the host',
    'kernels',
    'id',
  ]
  return table([head, ...rows], 3).join('\n')
}

function describeProfile(profile: ProfileResult): string {
  const { latency, energy, shares, equality, sizes, accuracy } = profile
  const { p50, p90, p95, p99 } = latency.percentiles
  const of = (name: string, { value_us, interval, moved }: typeof p50): string =>
    `  ${name} ${microseconds(value_us)}  [${microseconds(interval.low)}, ${microseconds(interval.high)}]${moved ? '  moved by marked windows' : ''}`
  return [
    `${printable(profile.model.name)} on ${profile.board.name}  ${profile.id}${profile.emulated ? '  emulated' : ''}${profile.quick ? '  quick' : ''}`,
    `  median ${microseconds(latency.median_us)} of ${latency.windows.length} windows, ${latency.samples} samples, core ${profile.core ?? 'any'}, ${profile.program.kernels}`,
    ...[of('p50', p50), of('p90', p90), of('p95', p95), of('p99', p99)],
    ...latency.windows
      .filter(({ marks }) => marks.length > 0)
      .map(
        ({ window, marks, median_us }) =>
          `  window ${window + 1}: ${marks.join(', ')}, median ${microseconds(median_us)}`,
      ),
    `  model ${megabytes(sizes.model_bytes)}, program ${megabytes(sizes.program_bytes)}`,
    energy.known
      ? `  energy ${energy.per_inference_uj.toFixed(1)} µJ an inference, by ${printable(energy.sensor)}`
      : `  energy: ${energy.reason}`,
    ...(accuracy === null
      ? []
      : [
          `  accuracy ${percent(accuracy.value)} of ${accuracy.n} texts [${percent(accuracy.interval.low)}, ${percent(accuracy.interval.high)}]`,
        ]),
    ...(equality === null
      ? []
      : [
          `  ${equality.class}: ${equality.differ} of ${equality.texts} texts differ from the host, ${equality.broken} beyond what is promised`,
        ]),
    ...(shares === null
      ? []
      : [`  time: ${shares.parts.map(({ name, share }) => `${name} ${percent(share, 0)}`).join(', ')}`]),
  ].join('\n')
}

function microseconds(value: number): string {
  return value >= 10_000 ? `${(value / 1000).toFixed(1)} ms` : `${value.toPrecision(4)} µs`
}

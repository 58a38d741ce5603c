import type { Command } from 'commander'
import { groupSets, type SetGroup } from '../../../shared/calibration/groupSets.ts'
import {
  calibrationListInputSchema,
  calibrationNameSchema,
  type CalibrationList,
  type CalibrationRemoved,
  type CalibrationRenamed,
  type CalibrationShown,
} from '../../../shared/contract/calibration.ts'
import { AppError } from '../../../shared/errors.ts'
import type { CommandContext, Define, Outcome } from '../../command.ts'
import { printable } from '../../output.ts'
import { table } from '../../table.ts'
import { withHost } from '../../withHost.ts'
import { numberBy, parseUsage } from '../dataset/options.ts'
import { describeComposition, describeProfile, describeSet } from '../quantize/describe.ts'

const reference = 'its name, id or fingerprint'

/** The subcommands on what is stored. */
export function configureStored(parent: Command, define: Define): void {
  parent
    .command('list')
    .description('calibration sets and activation profiles, the newest first')
    .option(
      '--limit <number>',
      'at most so many draws, and profiles (default: 1000)',
      numberBy(calibrationListInputSchema.shape.limit),
    )
    .addHelpText('after', '\nExample:\n  bitgauge calibrate list --json\n')
    .action(define('calibrate-list', list))
  parent
    .command('show')
    .description('what a set holds, with its manifest; what a model’s sites show of one')
    .argument('<calibration>', reference)
    .addHelpText('after', '\nExample:\n  bitgauge calibrate show natural-512\n')
    .action(define('calibrate-show', show))
  parent
    .command('rename')
    .description('give a set, all its draws, another name')
    .argument('<calibration>', reference)
    .argument('[name]', 'a-z, 0-9, ".", "_" and "-"')
    .option('--none', 'take its name away')
    .addHelpText('after', '\nExample:\n  bitgauge calibrate rename natural-512 natural-first\n')
    .action(define('calibrate-rename', rename))
  parent
    .command('remove')
    .description('take a set away, all draws of a name; or a profile. Runs that used it stay')
    .argument('<calibration>', reference)
    .addHelpText('after', '\nExample:\n  bitgauge calibrate remove natural-512\n')
    .action(define('calibrate-remove', remove))
}

async function list(context: CommandContext, { limit }: { limit?: number }): Promise<Outcome<CalibrationList>> {
  const data = await withHost(context, (host) => host.client.calibration.list({ limit }))
  return { data, text: describeList(data) }
}

async function show(context: CommandContext, _: object, [given]: string[]): Promise<Outcome<CalibrationShown>> {
  const data = await withHost(context, (host) => host.client.calibration.show({ calibration: given as string }))
  const all = data.kind === 'draws' ? data.sets : [data.kind === 'set' ? data.set : data.profile]
  return { data, text: describeShown(data), warnings: all.flatMap(({ warnings }) => warnings) }
}

async function rename(
  context: CommandContext,
  { none }: { none?: true },
  [given, name]: string[],
): Promise<Outcome<CalibrationRenamed>> {
  if ((name === undefined) === (none === undefined)) {
    throw new AppError('usage-invalid', 'A calibration set is given a name, or --none.')
  }
  const input = { calibration: given as string, name: parseUsage(calibrationNameSchema.nullable(), name ?? null) }
  const data = await withHost(context, (host) => host.client.calibration.rename(input))
  return { data, text: `${data.ids.length} draws: ${data.name ?? 'no name'}` }
}

async function remove(context: CommandContext, _: object, [given]: string[]): Promise<Outcome<CalibrationRemoved>> {
  const data = await withHost(context, (host) => host.client.calibration.remove({ calibration: given as string }))
  return { data, text: data.kind === 'draws' ? `removed ${data.name}, ${data.ids.length} draws` : `removed ${data.id}` }
}

function describeShown(shown: CalibrationShown): string {
  if (shown.kind === 'set') return describeSet(shown.set)
  if (shown.kind === 'draws') return [shown.name, ...shown.sets.map(describeSet)].join('\n\n')
  const rows = shown.sites.map(({ part, site, min, max, mean, deviation }) => [
    part === 0 ? site : `${site} ${part + 1}`,
    ...[min, max, mean, deviation].map((value) => value.toPrecision(4)),
  ])
  return [describeProfile(shown.profile), '', ...table([['site', 'min', 'max', 'mean', 'deviation'], ...rows])].join(
    '\n',
  )
}

function describeList({ sets, profiles }: CalibrationList): string {
  if (sets.length === 0 && profiles.length === 0) return 'There are no calibration sets.'
  const head = ['name', 'dataset', 'composition', 'texts', 'draws', 'seed', 'made', 'id']
  const rows = groupSets(sets).map((group) => [
    group.name ?? '',
    group.dataset.name,
    describeComposition(group.composition).slice(0, 60),
    String(group.size),
    drawNumbers(group),
    String(group.seed),
    group.created.slice(0, 16).replace('T', ' '),
    group.id,
  ])
  const made = profiles.map(({ id, model, set, created }) => [
    printable(model.name),
    describeComposition(set.composition).slice(0, 60),
    String(set.size),
    String(set.draw),
    created.slice(0, 16).replace('T', ' '),
    id,
  ])
  return [
    ...(rows.length === 0 ? [] : table([head, ...rows], 3)),
    ...(made.length === 0
      ? []
      : ['', ...table([['profile of', 'composition', 'texts', 'draw', 'made', 'id'], ...made], 2)]),
  ].join('\n')
}

/** `12` for the draws 0 to 11; `2 (3, 7)` where some are left out. */
function drawNumbers({ draws }: SetGroup): string {
  const numbers = draws.map(({ draw }) => draw)
  const whole = numbers.every((draw, index) => draw === index)
  return whole
    ? String(numbers.length)
    : `${numbers.length} (${numbers.slice(0, 6).join(', ')}${numbers.length > 6 ? ', …' : ''})`
}

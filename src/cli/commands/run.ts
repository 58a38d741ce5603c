import { Option, type Command } from 'commander'
import { runListInputSchema, type RunEntry, type RunList, type RunShown } from '../../shared/contract/run.ts'
import { stages } from '../../shared/stages.ts'
import { AppError } from '../../shared/errors.ts'
import type { CommandContext, Define, Outcome } from '../command.ts'
import { printable } from '../output.ts'
import { kilobytes, percent, table } from '../table.ts'
import { withHost } from '../withHost.ts'
import { list as names, numberBy, parseUsage } from './dataset/options.ts'

export function configure(command: Command, define: Define): void {
  command.addHelpText(
    'after',
    '\nExamples:\n  bitgauge run list --stage evaluation --limit 20\n  bitgauge run list --tag baseline --json\n',
  )
  command
    .command('list')
    .description('runs, the newest first')
    .addOption(new Option('--stage <name>', 'of this stage alone').choices(stages))
    .option('--tag <tag>', 'with this tag alone')
    .option('--limit <number>', 'at most so many (default: 50)', numberBy(runListInputSchema.shape.limit))
    .option('--after <id>', 'older than this run: the next page')
    .addHelpText('after', '\nExample:\n  bitgauge run list --tag baseline --json\n')
    .action(define('run-list', list))
  command
    .command('show')
    .description('what went into a run, what came out, and what made it')
    .argument('<run>', 'its id or key')
    .addHelpText('after', '\nExample:\n  bitgauge run show 01JZXQ6V0000000000000000AB\n')
    .action(define('run-show', show))
  command
    .command('remove')
    .description('take runs away, with their arrays and tags')
    .argument('<runs...>', 'ids or keys')
    .addHelpText('after', '\nExample:\n  bitgauge run remove 01JZXQ6V0000000000000000AB\n')
    .action(define('run-remove', remove))
  command
    .command('tag')
    .description("set a run's tags, in place of those it has")
    .argument('<run>', 'its id or key')
    .option('--tags <tags>', 'with commas between', names)
    .option('--none', 'take its tags away')
    .addHelpText('after', '\nExample:\n  bitgauge run tag 01JZXQ6V0000000000000000AB --tags baseline,paper\n')
    .action(define('run-tag', tag))
}

async function list(
  context: CommandContext,
  flags: { stage?: string; tag?: string; limit?: number; after?: string },
): Promise<Outcome<RunList>> {
  const { stage, tag, limit, after } = flags
  const input = parseUsage(runListInputSchema, { stage, tag, limit, after })
  const data = await withHost(context, (host) => host.client.run.list(input))
  return { data, text: describeList(data) }
}

async function show(context: CommandContext, _: object, [run]: string[]): Promise<Outcome<RunShown>> {
  const data = await withHost(context, (host) => host.client.run.show({ run: run as string }))
  return { data, text: describeRun(data), warnings: data.run.warnings }
}

async function remove(context: CommandContext, _: object, runs: string[]): Promise<Outcome<{ removed: string[] }>> {
  const data = await withHost(context, (host) => host.client.run.remove({ runs }))
  return { data, text: data.removed.map((id) => `removed ${id}`).join('\n') }
}

async function tag(
  context: CommandContext,
  { tags, none }: { tags?: string[]; none?: true },
  [run]: string[],
): Promise<Outcome<RunEntry>> {
  if ((tags === undefined) === (none === undefined)) {
    throw new AppError('usage-invalid', 'A run is given its --tags, or --none.')
  }
  const data = await withHost(context, (host) => host.client.run.tag({ run: run as string, tags: tags ?? [] }))
  return { data, text: `${data.id}  ${data.tags.length === 0 ? 'no tags' : data.tags.map(printable).join(', ')}` }
}

function describeList({ runs, more }: RunList): string {
  if (runs.length === 0) return 'There are no such runs.'
  const rows = runs.map(({ id, title, accuracy, noise, warnings, tags, created }) => [
    id,
    printable(title),
    noise === null || noise.level === 0 ? '' : `${noise.kind} ${noise.level}`,
    accuracy === null ? '' : percent(accuracy),
    warnings.length === 0 ? '' : String(warnings.length),
    tags.map(printable).join(', '),
    created.slice(0, 16).replace('T', ' '),
  ])
  const head = ['id', 'what', 'noise', 'accuracy', 'warnings', 'tags', 'made']
  const last = runs.at(-1)?.id ?? ''
  return [...table([head, ...rows], 3), ...(more ? [`and older ones: --after ${last}`] : [])].join('\n')
}

function describeRun({ run, inputs, recipe, engine, kernel, machine, stageVersion, arrays }: RunShown): string {
  const made = `${engine}${kernel === null ? '' : `, ${kernel}`}; ${machine}`
  return [
    `${printable(run.title)}  ${run.id}`,
    `  ${run.stage}, version ${stageVersion} of its numbers, ${run.created}, ${run.duration_s.toFixed(1)} s`,
    `  key ${run.key}`,
    ...Object.entries(inputs).map(([name, fingerprint]) => `  ${name} ${fingerprint}`),
    `  seed ${run.seed}, recipe ${printable(JSON.stringify(recipe))}`,
    `  ${printable(made)}`,
    ...(run.accuracy === null ? [] : [`  accuracy ${percent(run.accuracy)}${run.n === null ? '' : ` of ${run.n}`}`]),
    ...arrays.map(
      ({ name, dtype, shape, stored_bytes }) => `  ${name}: ${dtype} [${shape.join(', ')}], ${kilobytes(stored_bytes)}`,
    ),
    ...(run.tags.length === 0 ? [] : [`  tags ${run.tags.map(printable).join(', ')}`]),
  ].join('\n')
}

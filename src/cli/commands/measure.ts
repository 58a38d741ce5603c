import { InvalidArgumentError, type Command } from 'commander'
import type { z } from 'zod'
import { forkLauncher, openHost, openLog, type Host } from '../../host/index.ts'
import { endStates, type Job } from '../../shared/contract/jobs.ts'
import {
  throughputParamsSchema,
  throughputSchema,
  type Throughput,
  type ThroughputParams,
} from '../../shared/contract/system.ts'
import { AppError } from '../../shared/errors.ts'
import type { CommandContext, Define, Outcome } from '../command.ts'
import { ensureTensorflow } from '../ensureTensorflow.ts'

const { shape } = throughputParamsSchema

export function configure(command: Command, define: Define): void {
  command
    .option('--hidden <sizes>', 'hidden sizes, with commas between (default: 64,100,200)', parseSizes)
    .option('--batch <number>', 'sequences at once (default: 64)', parseBy(shape.batch))
    .option('--steps <number>', 'steps of a sequence (default: 64)', parseBy(shape.steps))
    .option('--repeats <number>', 'samples of each operation (default: 20)', parseBy(shape.repeats))
    .addHelpText('after', '\nExample:\n  bitgauge measure --hidden 64,128 --batch 32 --json\n')
    .action(define('measure', run))
}

async function run(context: CommandContext, flags: Partial<ThroughputParams>): Promise<Outcome<Throughput>> {
  await ensureTensorflow(context)
  const { hidden, batch, steps, repeats } = throughputParamsSchema.parse({
    hidden: flags.hidden,
    batch: flags.batch,
    steps: flags.steps,
    repeats: flags.repeats,
  })
  const log = openLog(context.home)
  const host = await openHost({ home: context.home, cache: context.cache, launcher: forkLauncher({ log }), log })
  try {
    const job = await runToEnd(host, context, { hidden, batch, steps, repeats })
    const data = throughputSchema.parse(job.result)
    return { data, text: describe(data), warnings: job.warnings }
  } finally {
    await host.close()
  }
}

/** Starts the job and follows it; Ctrl-C cancels it. Throws the error that it ended with. */
async function runToEnd({ client }: Host, context: CommandContext, params: ThroughputParams): Promise<Job> {
  const events = await client.events.watch({})
  const { id } = await client.system.measure(params)
  const cancel = (): void => void client.jobs.cancel({ id }).catch(() => {})
  if (context.signal.aborted) cancel()
  context.signal.addEventListener('abort', cancel, { once: true })
  for await (const event of events) {
    if (event.type !== 'job' || event.job.id !== id) continue
    if (event.job.progress !== null) context.progress(event.job.progress)
    if (endStates.includes(event.job.state)) return finished(event.job)
  }
  throw new AppError('connection-lost', 'The job was lost from sight before it ended.')
}

function finished(job: Job): Job {
  if (job.error !== null) throw AppError.fromRecord(job.error)
  return job
}

function describe({ device, cases }: Throughput): string {
  const rows = cases.map((one) => [
    one.op,
    String(one.hidden),
    String(one.batch),
    String(one.steps),
    milliseconds(one.median_s),
    `${milliseconds(Math.min(...one.samples_s))} … ${milliseconds(Math.max(...one.samples_s))}`,
    String(one.samples_s.length),
  ])
  const head = ['operation', 'hidden', 'batch', 'steps', 'median ms', 'least … most ms', 'samples']
  return [`Times on ${device}`, '', ...table([head, ...rows])].join('\n')
}

/** Columns as wide as their widest cell; all but the first to the right. */
function table(rows: string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)
  return rows.map((row) => row.map(pad).join('  '))
}

function milliseconds(seconds: number): string {
  return (seconds * 1000).toPrecision(3)
}

function parseSizes(text: string): number[] {
  return parseBy(shape.hidden)(text.split(',')) as number[]
}

/** A parser for commander that holds a value against the contract's own schema. */
function parseBy(schema: z.ZodType): (text: string | string[]) => unknown {
  return (text) => {
    const parts = Array.isArray(text) ? text : [text]
    if (!parts.every((part) => /^\s*\d+\s*$/.test(part))) throw new InvalidArgumentError('Expected whole numbers.')
    const parsed = schema.safeParse(Array.isArray(text) ? text.map(Number) : Number(text))
    if (parsed.success) return parsed.data
    throw new InvalidArgumentError(`${parsed.error.issues[0]?.message ?? 'Out of range'}.`)
  }
}

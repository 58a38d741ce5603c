import { InvalidArgumentError, type Command } from 'commander'
import type { z } from 'zod'
import {
  throughputParamsSchema,
  throughputSchema,
  type Throughput,
  type ThroughputParams,
} from '../../shared/contract/system.ts'
import type { CommandContext, Define, Outcome } from '../command.ts'
import { ensureTensorflow } from '../ensureTensorflow.ts'
import { followJob } from '../followJob.ts'
import { table } from '../table.ts'
import { withHost } from '../withHost.ts'

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
  return withHost(context, async (host) => {
    const started = await host.client.system.measure({ hidden, batch, steps, repeats })
    const job = await followJob(host, context, started)
    const data = throughputSchema.parse(job.result)
    return { data, text: describe(data), warnings: job.warnings }
  })
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

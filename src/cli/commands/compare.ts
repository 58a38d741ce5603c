import { InvalidArgumentError, Option, type Command } from 'commander'
import type { z } from 'zod'
import { compareInputSchema, type Comparison } from '../../shared/contract/statistics.ts'
import { questionSchema } from '../../shared/contract/studyRules.ts'
import { exitCodes, type CommandContext, type Define, type Outcome } from '../command.ts'
import { printable } from '../output.ts'
import type { compareDataSchema } from '../schemas.ts'
import { percent, table } from '../table.ts'
import { withHost } from '../withHost.ts'
import { list, numberBy, parseUsage } from './dataset/options.ts'
import { conditionText, meets, parseCondition, type Condition } from './compare/condition.ts'

interface CompareFlags {
  against: string[]
  unit?: string
  test?: string
  correct?: string
  smallest?: number
  level?: number
  failIf?: Condition[]
}

type Compared = z.infer<typeof compareDataSchema>

const { unit, test, correct, smallest } = questionSchema.shape

export function configure(command: Command, define: Define): void {
  command
    .argument('<runs...>', 'evaluations by id or key, or a tag')
    .requiredOption('--against <runs>', 'as many others with commas between, one for all, or a tag', list)
    .addOption(
      new Option('--unit <name>', 'what is replicated: text compares each pair by itself (default: text)').choices(
        unit.options,
      ),
    )
    .addOption(
      new Option('--test <name>', '(default: mcnemar for texts, sign-flip for draws and seeds)').choices(test.options),
    )
    .addOption(new Option('--correct <name>', 'over several pairs (default: holm)').choices(correct.unwrap().options))
    .option('--smallest <share>', 'smallest difference of accuracy that matters (default: 0.005)', numberBy(smallest))
    .option('--level <share>', 'of the intervals (default: 0.95)', numberBy(compareInputSchema.shape.level))
    .option(
      '--fail-if <condition>',
      'exit code 3 where it holds: "difference < -0.01"; also low, high, p, agreement; may be given again',
      (text: string, before?: Condition[]) => [...(before ?? []), conditionOf(text)],
    )
    .addHelpText(
      'after',
      '\nA difference is accuracy of the first less accuracy of the second.\n' +
        '\nExamples:\n  bitgauge compare 01JZXQ6V0000000000000000AB --against 01JZXQ6V0000000000000000AC\n' +
        '  bitgauge compare four-bits --against float --fail-if "low < -0.01" --json\n',
    )
    .action(define('compare', run))
}

async function run(context: CommandContext, flags: CompareFlags, first: string[]): Promise<Outcome<Compared>> {
  const { against: second, failIf = [], unit, test, correct, smallest, level } = flags
  const input = parseUsage(compareInputSchema, { first, second, unit, test, correct, smallest, level })
  const comparison = await withHost(context, (host) => host.client.statistics.compare(input))
  const conditions = failIf.map((condition) => ({
    condition: conditionText(condition),
    met: meets(condition, comparison),
  }))
  const exitCode = conditions.some(({ met }) => met) ? exitCodes.problemFound : exitCodes.done
  const data = { ...comparison, conditions }
  return { data, text: describe(data), exitCode }
}

function conditionOf(text: string): Condition {
  const condition = parseCondition(text)
  if (condition !== undefined) return condition
  throw new InvalidArgumentError('Expected difference, low, high, p or agreement, then < <= > or >=, then a number.')
}

function describe({ pairs, contrasts, sentence, limits, conditions }: Compared): string {
  const lines = contrasts.length === 1 ? [] : contrasts.map((contrast) => `  ${printable(contrast.sentence)}`)
  return [
    ...table([['first', 'second', 'accuracy', 'against', 'agreement'], ...pairs.map(pairRow)], 2),
    '',
    printable(sentence),
    ...lines,
    ...limits.map((limit) => `  limited: ${limit}`),
    ...conditions.map(({ condition, met }) => `${condition}: ${met ? 'holds' : 'does not hold'}`),
  ].join('\n')
}

function pairRow({ first, second, agreement }: Comparison['pairs'][number]): string[] {
  return [first.id, second.id, percent(first.accuracy), percent(second.accuracy), percent(agreement)]
}

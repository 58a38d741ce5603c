import type { Command } from 'commander'
import type { RecipeShown } from '../../shared/contract/quantizedModel.ts'
import type { BitsInput } from '../../shared/contract/quantizationRules.ts'
import type { CommandContext, Define, Outcome } from '../command.ts'
import { table } from '../table.ts'
import { withHost } from '../withHost.ts'
import { parseBits } from './quantize/flags.ts'

export function configure(command: Command, define: Define): void {
  command.addHelpText(
    'after',
    '\nExamples:\n  bitgauge recipe show brevitas-like --bits 4\n  bitgauge recipe list --json\n',
  )
  command
    .command('list')
    .description('the named recipes')
    .addHelpText('after', '\nExample:\n  bitgauge recipe list --json\n')
    .action(define('recipe-list', list))
  command
    .command('show')
    .description('every setting of a recipe, and where it differs from what it is named for')
    .argument('<recipe>', 'its name')
    .option('--bits <widths>', 'at these widths (default: 8)', parseBits)
    .addHelpText('after', '\nExample:\n  bitgauge recipe show ours --bits weights=4\n')
    .action(define('recipe-show', show))
}

async function list(context: CommandContext): Promise<Outcome<unknown>> {
  const data = await withHost(context, (host) => host.client.quantization.recipes({}))
  return {
    data,
    text: table(
      data.recipes.map(({ name, summary }) => [name, summary]),
      2,
    ).join('\n'),
  }
}

async function show(
  context: CommandContext,
  { bits }: { bits?: BitsInput },
  [name]: string[],
): Promise<Outcome<RecipeShown>> {
  const input = { name: name as string, ...(bits === undefined ? {} : { bits }) }
  const data = await withHost(context, (host) => host.client.quantization.recipe(input))
  return { data, text: describe(data) }
}

function describe({ name, summary, widths, differences, families }: RecipeShown): string {
  const { recipe, bits } = families.discriminative
  const usual = widths.map((given) => (typeof given === 'object' ? groupsText(given) : String(given)))
  const same = JSON.stringify(recipe) === JSON.stringify(families.generative.recipe)
  const settings = (of: unknown): string => JSON.stringify(of, null, 2).replaceAll('\n', '\n  ')
  return [
    `${name}: ${summary}`,
    `  usual widths: ${usual.join('; ')}`,
    ...differences.map((sentence) => `  - ${sentence}`),
    '',
    `  settings at ${bits.label}${same ? '' : ' of a discriminative model'}:`,
    `  ${settings(recipe)}`,
    ...(same ? [] : ['  and of a generative one:', `  ${settings(families.generative.recipe)}`]),
  ].join('\n')
}

function groupsText(given: Record<string, unknown>): string {
  return Object.entries(given)
    .map(([group, width]) => `${group}=${String(width)}`)
    .join(',')
}

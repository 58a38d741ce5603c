import { Argument, type Command } from 'commander'
import { DatasetService } from '../../../host/dataset/datasetService.ts'
import { datasetGenerateSchema, type DatasetMade } from '../../../shared/contract/dataset.ts'
import { generatorNames, generatorOptionsSchema } from '../../../shared/contract/datasetRules.ts'
import type { CommandContext, Define, Outcome } from '../../command.ts'
import { follow } from './follow.ts'
import { encodingFlags, encodingOf, numberBy, parseUsage, type EncodingFlags } from './options.ts'

interface GenerateFlags extends EncodingFlags {
  name?: string
  classes?: number
  size?: number
  imbalance?: number
  difficulty?: number
  outOfVocabulary?: number
  seed?: number
}

const { classes, size, imbalance, difficulty, outOfVocabulary, seed } = generatorOptionsSchema.shape

export function configureGenerate(parent: Command, define: Define): void {
  const command = parent
    .command('generate')
    .description('a dataset of our own, for a machine without data: the same options give the same texts everywhere')
    .addArgument(new Argument('<generator>', 'what it is about').choices(generatorNames))
    .option('--name <name>', "what to call it (default: the generator's name)")
    .option('--classes <number>', '2 to 8 (default: 4)', numberBy(classes))
    .option('--size <texts>', 'texts in all: 70 % train, 10 % dev, 20 % test (default: 10000)', numberBy(size))
    .option('--imbalance <ratio>', 'largest class over smallest (default: 1)', numberBy(imbalance))
    .option(
      '--difficulty <share>',
      'share of texts that no bag of words can tell apart (default: 0.8)',
      numberBy(difficulty),
    )
    .option(
      '--out-of-vocabulary <share>',
      'share of words that occur in one text alone (default: 0.02)',
      numberBy(outOfVocabulary),
    )
    .option('--seed <number>', 'another seed, other texts (default: 1)', numberBy(seed))
  encodingFlags(command)
    .addHelpText('after', '\nExample:\n  bitgauge dataset generate voice-commands --classes 6 --imbalance 10 --json\n')
    .action(define('dataset-generate', generate))
}

async function generate(context: CommandContext, flags: GenerateFlags, args: string[]): Promise<Outcome<DatasetMade>> {
  const { name, classes, size, imbalance, difficulty, outOfVocabulary, seed } = flags
  const options = { generator: args[0], classes, size, imbalance, difficulty, outOfVocabulary, seed }
  const input = parseUsage(datasetGenerateSchema, { name, options, encoding: encodingOf(flags) })
  return follow(context, new DatasetService({ home: context.home }).generate(input, context.signal))
}

import { Option, type Command } from 'commander'
import {
  modelExportSchema,
  modelImportSchema,
  type ModelExported,
  type ModelMade,
} from '../../../shared/contract/model.ts'
import type { CommandContext, Define, Outcome } from '../../command.ts'
import { megabytes } from '../../table.ts'
import { withHost } from '../../withHost.ts'
import { list, numberBy, parseUsage } from '../dataset/options.ts'
import { describeModel } from './describe.ts'

interface ImportFlags {
  layout?: string
  name?: string
  family?: string
  pooling?: string
  vocabulary?: string
  classes?: string[]
  dataset?: string
  maxLength?: number
}

const layouts = modelImportSchema.shape.layout.unwrap().options

/** The subcommands that carry models in and out. */
export function configureTransfer(parent: Command, define: Define): void {
  parent
    .command('import')
    .description("a model file of ours, or PyTorch's or Keras' LSTM arrays as safetensors")
    .argument('<file>', 'safetensors')
    .addOption(
      new Option('--layout <name>', 'whose names and gate order the arrays have (default: bitgauge)').choices(layouts),
    )
    .option('--name <name>', "what to call it (default: the file's name)")
    .addOption(new Option('--family <name>', '(default: discriminative)').choices(['discriminative', 'generative']))
    .addOption(
      new Option('--pooling <how>', 'which states the class is read from (default: last)').choices(['mean', 'last']),
    )
    .option('--vocabulary <file>', 'vocabulary.json, or a word a line in the order of the ids, with <unk>')
    .option('--classes <names>', 'in the order of their numbers, with commas between', list)
    .option('--dataset <name>', 'whose classes and tokenizer the model was made for')
    .option('--max-length <words>', 'of a text (default: 256)', numberBy(modelImportSchema.shape.maxLength))
    .addHelpText(
      'after',
      '\nExamples:\n  bitgauge model import model.safetensors\n' +
        '  bitgauge model import lstm.safetensors --layout pytorch --vocabulary words.txt --dataset ag-news\n',
    )
    .action(define('model-import', importModel))
  parent
    .command('export')
    .description("write a model as a file; in PyTorch's and Keras' layouts with the vocabulary beside it")
    .argument('<model>', 'its name, id or fingerprint')
    .argument('<file>', 'where to')
    .addOption(new Option('--layout <name>', '(default: bitgauge)').choices(layouts))
    .option('--overwrite', 'a file that is there')
    .addHelpText(
      'after',
      '\nExample:\n  bitgauge model export ag-news-discriminative lstm.safetensors --layout keras\n',
    )
    .action(define('model-export', exportModel))
}

async function importModel(context: CommandContext, flags: ImportFlags, [file]: string[]): Promise<Outcome<ModelMade>> {
  const { layout, name, family, pooling, vocabulary, classes, dataset, maxLength } = flags
  const input = { file, layout, name, family, pooling, vocabulary, classes, dataset, maxLength }
  const data = await withHost(context, (host) => host.client.model.import(parseUsage(modelImportSchema, input)))
  const note = data.reused ? '\n  the same model was stored already; it keeps its name and its id' : ''
  return { data, text: describeModel(data.model) + note }
}

async function exportModel(
  context: CommandContext,
  flags: { layout?: string; overwrite?: true },
  [model, file]: string[],
): Promise<Outcome<ModelExported>> {
  const input = parseUsage(modelExportSchema, { model, file, layout: flags.layout, overwrite: flags.overwrite })
  const data = await withHost(context, (host) => host.client.model.export(input))
  const lines = data.files.map(({ path, bytes, sha256 }) => `${path}\n  ${megabytes(bytes)}, sha256 ${sha256}`)
  return { data, text: lines.join('\n') }
}

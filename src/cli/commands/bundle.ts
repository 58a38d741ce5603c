import type { Command } from 'commander'
import type { Bundle, BundleImported } from '../../shared/contract/study.ts'
import type { CommandContext, Define, Outcome } from '../command.ts'
import { kilobytes } from '../table.ts'
import { withHost } from '../withHost.ts'

interface CreateFlags {
  overwrite?: true
}

export function configure(command: Command, define: Define): void {
  command.addHelpText('after', '\nExample:\n  bitgauge bundle create calibration-ag-news study.tar.gz --json\n')
  command
    .command('create')
    .description('write a study with its runs, arrays, models and profiles into one file')
    .argument('<study>', 'its name or id')
    .argument('<file>', 'a gzipped tar archive; docs/format/bundle.md says what is in it')
    .option('--overwrite', 'where the file is there already')
    .addHelpText('after', '\nExample:\n  bitgauge bundle create calibration-ag-news study.tar.gz --json\n')
    .action(define('bundle-create', create))
  command
    .command('import')
    .description('verify such a file and store what is not here; what is here is never changed')
    .argument('<file>')
    .addHelpText('after', '\nExample:\n  bitgauge bundle import study.tar.gz\n')
    .action(define('bundle-import', importFile))
}

function create(context: CommandContext, flags: CreateFlags, args: string[]): Promise<Outcome<Bundle>> {
  const [study, file] = args as [string, string]
  return withHost(context, async ({ client }) => {
    context.progress({ phase: 'reading the study', done: 0, total: null, unit: 'runs' })
    const data = await client.study.createBundle(
      { study, file, overwrite: flags.overwrite ?? false },
      { signal: context.signal },
    )
    const { bytes, sha256 } = data.file
    return {
      data,
      text: `${data.file.path}: ${data.runs} runs, ${data.models} models, ${kilobytes(bytes)}\n  sha256 ${sha256}`,
    }
  })
}

function importFile(context: CommandContext, _: object, [file]: string[]): Promise<Outcome<BundleImported>> {
  return withHost(context, async ({ client }) => {
    context.progress({ phase: 'verifying the bundle', done: 0, total: null, unit: 'runs' })
    const data = await client.study.importBundle({ file: file as string }, { signal: context.signal })
    const { study, runs, models, warnings } = data
    const text = `${study.name}: ${study.state}, ${runs.added} runs and ${models.added} models added, ${runs.existing} and ${models.existing} were here`
    return { data, text, warnings }
  })
}

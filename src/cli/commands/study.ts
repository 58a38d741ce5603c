import type { Command } from 'commander'
import type { Define } from '../command.ts'
import { configureRun } from './study/run.ts'
import { configureStored } from './study/stored.ts'

export function configure(command: Command, define: Define): void {
  command.addHelpText(
    'after',
    '\nExamples:\n  bitgauge study run ag-news.yaml --dry-run\n  bitgauge study list --json\n',
  )
  configureRun(command, define)
  configureStored(command, define)
}

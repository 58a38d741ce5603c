import type { Command } from 'commander'
import type { Define } from '../command.ts'
import { configureTransfer } from './model/transfer.ts'
import { configureStored } from './model/stored.ts'

export function configure(command: Command, define: Define): void {
  command.addHelpText(
    'after',
    '\nExamples:\n  bitgauge model list --json\n  bitgauge model export ag-news-discriminative model.safetensors --layout pytorch\n',
  )
  configureStored(command, define)
  configureTransfer(command, define)
}

import type { Command } from 'commander'
import type { Define } from '../command.ts'
import { configureGenerate } from './dataset/generate.ts'
import { configureImport } from './dataset/import.ts'
import { configureStored } from './dataset/stored.ts'

export function configure(command: Command, define: Define): void {
  command.addHelpText(
    'after',
    '\nExamples:\n  bitgauge dataset generate maintenance-log --json\n  bitgauge dataset import train.csv --text title,body --label topic\n',
  )
  configureImport(command, define)
  configureGenerate(command, define)
  configureStored(command, define)
}

import { InvalidArgumentError, type Command } from 'commander'
import { computeDeviceSchema, type ComputeDevice } from '../shared/contract/trainingRules.ts'
import type { CommandContext } from './command.ts'
import { ensureTensorflow } from './ensureTensorflow.ts'

export function deviceOption(command: Command): Command {
  return command.option('--device <name>', 'cpu, or gpu:N for a graphics device (default: cpu)', parseDevice)
}

/** Sets the library up where it is missing. Never for a graphics device: that takes a driver, and is asked for by `setup --cuda`. */
export async function ensureLibrary(context: CommandContext, device: ComputeDevice): Promise<void> {
  if (device === 'cpu') await ensureTensorflow(context)
}

function parseDevice(text: string): string {
  if (computeDeviceSchema.safeParse(text).success) return text
  throw new InvalidArgumentError('Expected cpu, or gpu:0, gpu:1, …')
}

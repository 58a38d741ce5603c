import { InvalidArgumentError, Option, type Command } from 'commander'
import { engineSchema, type Engine } from '../shared/contract/engineRules.ts'
import { computeDeviceSchema, type ComputeDevice } from '../shared/contract/trainingRules.ts'
import type { CommandContext } from './command.ts'
import { ensureRuntime, ensureTensorflow } from './ensureTensorflow.ts'

export function deviceOption(command: Command): Command {
  return command.option('--device <name>', 'cpu, or gpu:N for a graphics device (default: cpu)', parseDevice)
}

/** Sets the library up where it is missing. Never for a graphics device: that takes a driver, and is asked for by `setup --cuda`. */
export async function ensureLibrary(context: CommandContext, device: ComputeDevice): Promise<void> {
  if (device === 'cpu') await ensureTensorflow(context)
}

/** @param of whose engine it is */
export function engineOption(command: Command, of = 'of quantized models and of calibration'): Command {
  const text = `${of} (default: runtime on the processor, tensor on a graphics device)`
  return command.addOption(new Option('--engine <name>', text).choices(engineSchema.options))
}

/** Builds the runtime where it is missing and will be wanted. Throws what set-up throws. */
export async function ensureEngine(
  context: CommandContext,
  device: ComputeDevice,
  engine: Engine | undefined,
): Promise<void> {
  if (device === 'cpu' && engine !== 'tensor') await ensureRuntime(context)
}

/** What a study needs: the TensorFlow library, and the runtime where it evaluates. */
export async function ensureLibraries(
  context: CommandContext,
  { device, engine }: { device: ComputeDevice; engine?: Engine | undefined },
): Promise<void> {
  await ensureLibrary(context, device)
  await ensureEngine(context, device, engine)
}

function parseDevice(text: string): string {
  if (computeDeviceSchema.safeParse(text).success) return text
  throw new InvalidArgumentError('Expected cpu, or gpu:0, gpu:1, …')
}

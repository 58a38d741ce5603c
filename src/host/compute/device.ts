import { availableParallelism } from 'node:os'
import { locateTensorflow } from '../../../build/setup/index.ts'
import type { Engine } from '../../shared/contract/engineRules.ts'
import type { ComputeDevice } from '../../shared/contract/trainingRules.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'

/**
 * The variables by which a compute process uses the device that was asked for, and no other.
 *
 * @param source the environment of this process: where `CUDA_VISIBLE_DEVICES` is set, `gpu:N` counts among those
 * @throws AppError `device-unavailable` where the library has no CUDA or no such device is visible
 */
export function deviceEnvironment(
  device: ComputeDevice,
  cache: string,
  source: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const hasCuda = locateTensorflow({ cache, variant: 'cuda' }).state === 'ready'
  if (device === 'cpu') return hasCuda ? { CUDA_VISIBLE_DEVICES: '-1' } : {}
  if (!hasCuda) {
    throw new AppError('device-unavailable', `There is no graphics device ${device}.`, {
      found: 'the TensorFlow library for the processor alone',
      hint: nextStep('set-up-cuda'),
    })
  }
  return { CUDA_VISIBLE_DEVICES: visibleDevice(Number(device.slice('gpu:'.length)), source['CUDA_VISIBLE_DEVICES']) }
}

function visibleDevice(index: number, visible: string | undefined): string {
  if (visible === undefined || visible.trim() === '') return String(index)
  const names = visible.split(',').map((name) => name.trim())
  const name = names[index]
  if (name !== undefined && name !== '-1') return name
  throw new AppError('device-unavailable', `There is no graphics device gpu:${index}.`, {
    found: `CUDA_VISIBLE_DEVICES=${visible}`,
  })
}

/**
 * What evaluates quantized models on a device.
 *
 * @throws AppError `device-unavailable` where the runtime is asked for on a graphics device
 */
export function engineOn(device: ComputeDevice, asked: Engine | undefined): Engine {
  if (device === 'cpu') return asked ?? 'runtime'
  if (asked !== 'runtime') return 'tensor'
  throw new AppError('device-unavailable', `The runtime does not compute on ${device}.`, {
    expected: 'the processor',
    hint: nextStep('leave-out-device'),
  })
}

/** Threads that the mathematics of a compute process uses: `BITGAUGE_THREADS`, else one a core. */
export function computeThreads(source: NodeJS.ProcessEnv = process.env): number {
  const count = source['BITGAUGE_THREADS']
  return count !== undefined && /^[1-9]\d{0,3}$/.test(count) ? Number(count) : availableParallelism()
}

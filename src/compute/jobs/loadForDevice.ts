import type { ComputeDevice } from '../../shared/contract/trainingRules.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import { loadTensorflow, type Tensorflow } from '../tensorflow/load.ts'

/**
 * The TensorFlow library on the device that was asked for. Which graphics device it may see is in the environment that the process was
 * started with; here is looked whether it does.
 *
 * @throws AppError `device-unavailable`, and what loading throws
 */
export function loadForDevice(device: ComputeDevice): Tensorflow {
  const tensorflow = loadTensorflow()
  const isGpu = tensorflow.device.kind === 'gpu'
  if (isGpu === (device !== 'cpu')) return tensorflow
  throw new AppError('device-unavailable', `The TensorFlow library does not compute on ${device}.`, {
    found: isGpu ? 'a graphics device' : 'the processor alone',
    hint: nextStep('prove-cuda'),
  })
}

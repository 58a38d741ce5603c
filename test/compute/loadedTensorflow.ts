import { loadTensorflow, type Tensorflow } from '../../src/compute/tensorflow/load.ts'
import { readyAddon } from './readyAddon.ts'

/** The library from the real cache, loaded once a test process. */
export function loadedTensorflow(): Tensorflow {
  process.env['BITGAUGE_TENSORFLOW_ADDON'] = readyAddon()
  return loadTensorflow()
}

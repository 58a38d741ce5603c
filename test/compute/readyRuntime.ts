import { locateRuntime, setupRuntime } from '../../build/setup/index.ts'
import { loadRuntime, type RuntimeAddon } from '../../src/compute/native/addon.ts'
import { defaultPaths } from '../../src/host/paths.ts'

/** Path of the runtime's addon in the real cache; built where the sources have changed since. */
export async function readyRuntime(): Promise<string> {
  const { cache } = defaultPaths()
  await setupRuntime({ cache })
  return locateRuntime({ cache }).addon
}

/** The addon from the real cache, loaded once a test process. */
export async function loadedRuntime(): Promise<RuntimeAddon> {
  process.env['BITGAUGE_RUNTIME_ADDON'] = await readyRuntime()
  return loadRuntime()
}

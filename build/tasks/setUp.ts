import { defaultPaths } from '../../src/host/paths.ts'
import { createProgressDisplay } from '../../src/cli/progress.ts'
import { setupRuntime, setupTensorflow } from '../setup/index.ts'

/** Sets up the TensorFlow library and the runtime's addon where they are missing, and prints what the download took apart from the rest. */
export async function setUp(): Promise<void> {
  const display = await createProgressDisplay(process.stderr)
  const start = performance.now()
  const { cache } = defaultPaths()
  const report = await setupTensorflow({ cache, variant: 'cpu', onProgress: display.report })
  const runtime = await setupRuntime({ cache, onProgress: display.report })
  display.close()
  const seconds = (performance.now() - start) / 1000
  const download = `${report.downloaded_bytes} bytes downloaded in ${report.download_s.toFixed(1)} s`
  process.stdout.write(
    `phase: set-up ${(seconds - report.download_s).toFixed(1)} s besides ${download} (${report.state}; runtime ${runtime.state}, ${runtime.build_s.toFixed(1)} s)\n`,
  )
}

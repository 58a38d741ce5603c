import { locateTensorflow } from '../../build/setup/index.ts'
import { defaultPaths } from '../../src/host/paths.ts'

/** Path of the addon in the real cache; tests that need it fail with the next step where it is not set up. */
export function readyAddon(): string {
  const located = locateTensorflow({ cache: defaultPaths().cache, variant: 'cpu' })
  if (located.state !== 'ready')
    throw new Error(`${located.problem ?? ''} Run \`npx bitgauge setup\` before the tests.`)
  return located.addon
}

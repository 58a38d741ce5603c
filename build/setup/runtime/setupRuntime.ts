import { locateRuntime } from './locateRuntime.ts'
import { runtimeRecipe } from './runtimeRecipe.ts'
import { reportOf, type RuntimeReport, type RuntimeSetupOptions } from './runtimeReport.ts'

/**
 * Builds the runtime's addon from the sources of this version: nothing where it is. Two processes at once do the work once.
 *
 * @throws AppError `compiler-missing`, `addon-build-failed`, `disk-full`, `setup-busy`, `permission-denied`, `cancelled`
 */
export async function setupRuntime(options: RuntimeSetupOptions): Promise<RuntimeReport> {
  const recipe = runtimeRecipe()
  const located = locateRuntime(options, recipe)
  if (located.state === 'ready') return reportOf(located)
  // What compiles is read only when it is needed: this file is loaded at every start of the program.
  const { installRuntime } = await import('./installRuntime.ts')
  return installRuntime(recipe, options)
}

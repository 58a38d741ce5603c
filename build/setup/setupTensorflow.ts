import { locateLibrary } from './locate.ts'
import { recipeFor } from './recipe.ts'
import { alreadyThere, type SetupOptions, type SetupReport } from './setupReport.ts'

/**
 * Makes the TensorFlow library of this version ready for use: nothing where it is, otherwise download, unpack, build. Two processes at
 * once do the work once. Safe to repeat after any failure; what is not whole is never taken for a library.
 * @throws AppError `platform-unsupported`, `python-missing`, `pip-missing`, `compiler-missing`, `disk-full`, `download-failed`,
 * `hash-mismatch`, `wheel-invalid`, `addon-build-failed`, `setup-busy`, `permission-denied`, `not-found`, `input-invalid`, `cancelled`
 */
export async function setupTensorflow(options: SetupOptions): Promise<SetupReport> {
  const recipe = recipeFor(options.variant)
  const located = locateLibrary(options.cache, recipe)
  if (located.state === 'ready') return alreadyThere(located, ['the library was there'])
  // What downloads and unpacks is read only when it is needed: this file is loaded at every start of the program.
  const { setupLibrary } = await import('./setupLibrary.ts')
  return setupLibrary(recipe, options)
}

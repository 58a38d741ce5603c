import { shallowRef, type ShallowRef } from 'vue'
import { newImport, type ImportForm } from './importForm.ts'

const form = shallowRef<ImportForm>(newImport())

/** What was filled in stays while other pages are shown. */
export function useImportForm(): ShallowRef<ImportForm> {
  return form
}

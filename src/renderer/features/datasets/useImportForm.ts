import { shallowRef, watch, type ShallowRef } from 'vue'
import { readForm } from '../../app/keptForm.ts'
import { newImport, type ImportForm } from './importForm.ts'

const key = 'bitgauge:import'
const form = shallowRef(kept())
watch(form, (now) => sessionStorage.setItem(key, JSON.stringify(now)))

/** What was filled in stays while other pages are shown, and while this one is loaded again: what was uploaded for it is still there. */
export function useImportForm(): ShallowRef<ImportForm> {
  return form
}

function kept(): ImportForm {
  const read = readForm(sessionStorage.getItem(key), newImport())
  const files = read.files as Partial<ImportForm['files']> | null
  return Array.isArray(files?.train) ? read : newImport()
}

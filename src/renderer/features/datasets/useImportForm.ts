import { shallowRef, watch, type ShallowRef } from 'vue'
import { newImport, type ImportForm } from './importForm.ts'

const key = 'bitgauge:import'
const form = shallowRef<ImportForm>(kept() ?? newImport())
watch(form, (now) => sessionStorage.setItem(key, JSON.stringify(now)))

/** What was filled in stays while other pages are shown, and while this one is loaded again: what was uploaded for it is still there. */
export function useImportForm(): ShallowRef<ImportForm> {
  return form
}

/** Null where there is none, or an earlier version of this page wrote it otherwise. */
function kept(): ImportForm | null {
  try {
    const read = JSON.parse(sessionStorage.getItem(key) ?? 'null') as ImportForm | null
    const usual = newImport()
    const isSame = (Object.keys(usual) as (keyof ImportForm)[]).every(
      (name) => typeof read?.[name] === typeof usual[name],
    )
    return isSame && Array.isArray(read?.files.train) ? read : null
  } catch {
    return null
  }
}

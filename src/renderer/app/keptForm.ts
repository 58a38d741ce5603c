import { effectScope, reactive, watch } from 'vue'

const forms = new Map<string, object>()

/**
 * A form whose fields stay as they were filled in while other pages are shown, and while this one is loaded again; kept by this window alone.
 *
 * @param key tells it from all others
 * @param usual what it begins with; a form that was kept with other fields, by another version, is left
 */
export function keptForm<Form extends object>(key: string, usual: Form): Form {
  const known = forms.get(key)
  if (known !== undefined) return known as Form
  const name = `bitgauge:form:${key}`
  const form = reactive(readForm(sessionStorage.getItem(name), usual)) as Form
  // It outlives the page that asked for it first.
  effectScope(true).run(() => watch(form, (now) => sessionStorage.setItem(name, JSON.stringify(now)), { deep: true }))
  forms.set(key, form)
  return form
}

/** What was kept, where it has the very fields of the usual one, each of its kind; else the usual one. */
export function readForm<Form extends object>(text: string | null, usual: Form): Form {
  const read = parsed(text)
  const names = Object.keys(usual) as (keyof Form)[]
  const isSame = read !== null && names.every((name) => typeof (read as Form)[name] === typeof usual[name])
  return isSame && Object.keys(read).length === names.length ? (read as Form) : { ...usual }
}

function parsed(text: string | null): object | null {
  try {
    const read: unknown = JSON.parse(text ?? 'null')
    return typeof read === 'object' ? read : null
  } catch {
    return null
  }
}

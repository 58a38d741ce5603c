import { computed, onScopeDispose, shallowRef } from 'vue'
import { toErrorRecord, type ErrorRecord } from '../../../shared/errors.ts'
import { forgetArrived, keepArrived } from '../../app/arrivedUploads.ts'
import type { ChosenFile } from '../../app/files.ts'
import { upload } from '../../app/uploads.ts'

export interface Sending {
  readonly id: number
  readonly file: File
  readonly sent: number
  /** once it has arrived */
  readonly path: string | null
  readonly problem: ErrorRecord | null
}

let last = 0

/** Files on their way to the host, each with how much of it has arrived; what is not done when the dialog goes is cancelled. */
export function useUploads() {
  const sendings = shallowRef<readonly Sending[]>([])
  const controls = new Map<number, AbortController>()

  function change(id: number, part: Partial<Sending>): void {
    sendings.value = sendings.value.map((one) => (one.id === id ? { ...one, ...part } : one))
  }

  function send(file: File): void {
    const id = ++last
    sendings.value = [...sendings.value, { id, file, sent: 0, path: null, problem: null }]
    start(id, file)
  }

  function start(id: number, file: File): void {
    const control = new AbortController()
    controls.set(id, control)
    change(id, { problem: null })
    upload(file, { progress: (sent) => change(id, { sent }), signal: control.signal }).then(
      (path) => {
        keepArrived({ name: file.name, bytes: file.size, path })
        change(id, { path, sent: file.size })
      },
      (thrown: unknown) => change(id, { problem: toErrorRecord(thrown) }),
    )
  }

  function again(id: number): void {
    const found = sendings.value.find((one) => one.id === id)
    if (found !== undefined) start(id, found.file)
  }

  function drop(id: number): void {
    controls.get(id)?.abort()
    const path = sendings.value.find((one) => one.id === id)?.path ?? null
    if (path !== null) forgetArrived(path)
    sendings.value = sendings.value.filter((one) => one.id !== id)
  }

  const arrived = computed<ChosenFile[]>(() =>
    sendings.value.flatMap(({ file, path }) => (path === null ? [] : [{ name: file.name, bytes: file.size, path }])),
  )
  const whole = computed(() => arrived.value.length === sendings.value.length)

  onScopeDispose(() => {
    for (const { id, path } of sendings.value) if (path === null) controls.get(id)?.abort()
  })

  return { sendings, send, again, drop, arrived, whole }
}

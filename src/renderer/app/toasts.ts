import { shallowReadonly, shallowRef, type ShallowRef } from 'vue'

export interface ToastAction {
  label: string
  run: () => void
}

export interface Toast {
  readonly id: number
  readonly message: string
  readonly action?: ToastAction
}

/** Long enough to read a line and to reach its action by keyboard. */
const shown_ms = 10_000
const most = 3

const toasts = shallowRef<readonly Toast[]>([])
let last = 0

/** Short notes at the window's foot, with what takes the deed back. */
export function useToasts(): {
  toasts: Readonly<ShallowRef<readonly Toast[]>>
  show: (toast: Omit<Toast, 'id'>) => number
  dismiss: (id: number) => void
  hold: (id: number) => void
} {
  return { toasts: shallowReadonly(toasts), show, dismiss, hold }
}

const timers = new Map<number, ReturnType<typeof setTimeout>>()

function show(toast: Omit<Toast, 'id'>): number {
  const id = ++last
  toasts.value = [...toasts.value, { ...toast, id }].slice(-most)
  timers.set(
    id,
    setTimeout(() => dismiss(id), shown_ms),
  )
  return id
}

/** A toast that is read or operated stays until it is left. */
function hold(id: number): void {
  clearTimeout(timers.get(id))
}

function dismiss(id: number): void {
  clearTimeout(timers.get(id))
  timers.delete(id)
  toasts.value = toasts.value.filter((toast) => toast.id !== id)
}

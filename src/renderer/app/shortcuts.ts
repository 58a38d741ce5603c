import { onBeforeUnmount, onMounted, shallowRef, type ShallowRef } from 'vue'
import { useInterface } from './interface.ts'

/** A key as {@link useShortcuts} names it: `f`, `Shift+F`, `?`, `[`; two of them one after the other: `g d`. */
export type ShortcutKey = string

export interface Command {
  id: string
  title: string
  run: () => void
  keys?: string
}

type Handlers = Readonly<Record<ShortcutKey, (event: KeyboardEvent) => void>>

const layers: Handlers[] = []
const primary: (() => void)[] = []
const sources: ShallowRef<readonly (() => readonly Command[])[]> = shallowRef([])

/** Single keys of the page that is shown; they act outside fields only, and not where a reader has switched them off. The newest wins. */
export function useShortcuts(handlers: Handlers): void {
  onMounted(() => layers.push(handlers))
  onBeforeUnmount(() => remove(layers, handlers))
}

/** What Ctrl Enter does on this page, in fields too. */
export function usePrimaryAction(run: () => void): void {
  onMounted(() => primary.push(run))
  onBeforeUnmount(() => remove(primary, run))
}

/** What the command palette offers while this page is shown. */
export function useCommands(commands: () => readonly Command[]): void {
  onMounted(() => (sources.value = [...sources.value, commands]))
  onBeforeUnmount(() => (sources.value = sources.value.filter((one) => one !== commands)))
}

/** Every command that is offered now. */
export function offeredCommands(): Command[] {
  return sources.value.flatMap((commands) => commands())
}

/** Listens for the keys of the window. Called once, by the shell. */
export function listenForKeys(): void {
  const shell = useInterface()
  const listener = (event: KeyboardEvent): void => {
    if (event.defaultPrevented) return
    if (!shell.singleKeys || isTyping(innermost(event)) || isOverlaid()) return
    const handler = handlerFor(keyOf(event))
    if (handler === undefined) return
    event.preventDefault()
    handler(event)
  }
  // Before what has the focus hears it: a button that opens a list would do so on any Enter.
  onMounted(() => {
    window.addEventListener('keydown', listener)
    window.addEventListener('keydown', runPrimary, { capture: true })
  })
  onBeforeUnmount(() => {
    window.removeEventListener('keydown', listener)
    window.removeEventListener('keydown', runPrimary, { capture: true })
  })
}

/** How long the second key of two is waited for. */
const secondKey_ms = 1500
let first: { key: string; until_ms: number } | null = null

function handlerFor(key: string | undefined): ((event: KeyboardEvent) => void) | undefined {
  if (key === undefined) return undefined
  const both = first !== null && first.until_ms > performance.now() ? `${first.key} ${key}` : key
  first = null
  const handler = layers.findLast((handlers) => both in handlers)?.[both]
  if (handler !== undefined) return handler
  const begins = layers.some((handlers) => Object.keys(handlers).some((name) => name.startsWith(`${key} `)))
  if (begins) first = { key, until_ms: performance.now() + secondKey_ms }
  return undefined
}

function runPrimary(event: KeyboardEvent): void {
  if (!(event.ctrlKey || event.metaKey) || event.key !== 'Enter') return
  const run = primary.at(-1)
  if (run === undefined || isOverlaid()) return
  event.preventDefault()
  event.stopPropagation()
  run()
}

/** The name of a key press, or undefined where it is held with keys that make it the browser's. Marks such as `?` need no shift in their name. */
export function keyOf(
  event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>,
): string | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined
  const isLetter = /^\p{L}$/u.test(event.key)
  if (!isLetter) return event.key
  return event.shiftKey ? `Shift+${event.key.toUpperCase()}` : event.key.toLowerCase()
}

/** Where the key was pressed: of what lives in a shadow root, as the editor of a study does, the window is told the outside alone. */
function innermost(event: Event): EventTarget | null {
  return event.composedPath()[0] ?? event.target
}

/** Whether a key typed here belongs to what has the focus. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type)
}

/** Whether a dialog, a menu or a list of choices lies over the page. */
export function isOverlaid(): boolean {
  return (
    document.querySelector('[role="dialog"][data-state="open"], [role="menu"], [role="listbox"][data-state="open"]') !==
    null
  )
}

function remove<T>(list: T[], item: T): void {
  const at = list.indexOf(item)
  if (at >= 0) list.splice(at, 1)
}

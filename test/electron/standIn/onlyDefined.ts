import { EventEmitter } from 'node:events'

/** What JavaScript itself looks for on any value; none of it is Electron's. */
const languageNames = new Set<PropertyKey>([
  'then',
  'toJSON',
  'constructor',
  'prototype',
  'name',
  'length',
  '__esModule',
])

/** The same value, but reading a name that it does not have is an error: what the stand-in lacks must not pass as `undefined`. */
export function onlyDefined<T extends object>(title: string, value: T): T {
  return new Proxy(value, {
    get(target, name, receiver: unknown) {
      if (name in target) {
        const found: unknown = Reflect.get(target, name, target)
        return typeof found === 'function' && !isClass(found) ? bound(found as Callable, target, receiver) : found
      }
      if (typeof name === 'symbol' || languageNames.has(name)) return undefined
      throw new Error(`the Electron stand-in does not define ${title}.${name}`)
    },
  })
}

type Callable = (...given: unknown[]) => unknown

/** Methods run on the value itself, whose private fields a proxy would hide; one that gives itself back gives the proxy. */
function bound(method: Callable, target: object, proxy: unknown): Callable {
  return (...given) => {
    const result = method.apply(target, given)
    return result === target ? proxy : result
  }
}

function isClass(value: unknown): boolean {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value))
}

type Listener = Parameters<EventEmitter['on']>[1]

/** An emitter that knows its events: to listen for any other is an error. */
export class StandInEmitter {
  readonly #emitter = new EventEmitter()
  readonly #title: string
  readonly #events: readonly string[]

  constructor(title: string, events: readonly string[]) {
    this.#title = title
    this.#events = events
  }

  // Electron's `on` gives back the emitter by its own type, which a stand-in is not; `never` stands for every type.
  on(event: string, listener: Listener): never {
    this.#emitter.on(this.#known(event), listener)
    return this as never
  }

  once(event: string, listener: Listener): never {
    this.#emitter.once(this.#known(event), listener)
    return this as never
  }

  /** For the stand-in's own use. */
  tell(event: string, ...given: unknown[]): void {
    this.#emitter.emit(this.#known(event), ...given)
  }

  #known(event: string): string {
    if (this.#events.includes(event)) return event
    throw new Error(`the Electron stand-in never tells "${event}" of ${this.#title}`)
  }
}

/** An event that can be prevented, as Electron hands it to listeners. */
export class PreventableEvent {
  defaultPrevented = false
  preventDefault = (): void => {
    this.defaultPrevented = true
  }
}

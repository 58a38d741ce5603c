/** A message of the page's side of the stand-in to main's. */
export type FromPage =
  | { type: 'born' }
  | { type: 'ipc'; channel: string; given: unknown[] }
  | { type: 'invoke'; channel: string; given: unknown[] }
  | { type: 'port'; id: number; data: unknown }
  | { type: 'port-closed'; id: number }

/** A message of main's side of the stand-in to the page's. */
export type ToPage =
  | { type: 'ipc'; channel: string; given: unknown[]; ports: number[] }
  | { type: 'port'; id: number; data: unknown }
  | { type: 'port-closed'; id: number }

/** All that this script touches of the page. */
declare const window: {
  readonly top: unknown
  addEventListener(type: 'message', listener: (event: { readonly ports: readonly Port[] }) => void): void
}
type Port = InstanceType<typeof MessagePort>

/** The names of the two functions that cross between Node and the page; both are hidden from the page's own scripts. */
export const toMainName = '__standInToMain'
export const toPageName = '__standInToPage'

/** The built preload script as a function, as Node wraps a CommonJS file. */
type Preload = (require: (name: string) => unknown, module: { exports: object }, exports: object) => void

/**
 * The text of a script that runs in the page before the page's own. The preload script's source is put in as it is, because the
 * page's policy forbids to evaluate text.
 */
export function preloadScript(source: string): string {
  const names = JSON.stringify({ toMainName, toPageName })
  return `(${preloadWorld.toString()})(${names}, function (require, module, exports) {\n${source}\n})`
}

/**
 * Runs the preload script with a `require` that knows `electron` alone, and that with the few names a preload script of ours needs.
 * Carried as text, so it must not refer to anything outside itself.
 */
function preloadWorld({ toMainName, toPageName }: { toMainName: string; toPageName: string }, preload: Preload): void {
  const page = window as unknown as Record<string, unknown>
  if (window.top !== window) return
  const binding = page[toMainName] as (message: unknown) => Promise<unknown>
  const toMain = (message: FromPage): void => void binding(message)
  delete page[toMainName]
  const listeners = new Map<string, ((event: unknown, ...given: unknown[]) => void)[]>()
  const ports = new Map<number, Port>()
  const held = new Map<number, Port>()
  const waiting: number[] = []

  const strict = <T extends object>(title: string, value: T): T =>
    new Proxy(value, {
      get(target, name) {
        if (name in target || typeof name === 'symbol') return Reflect.get(target, name) as unknown
        throw new Error(`the Electron stand-in does not define ${title}.${name}`)
      },
    })

  const openPort = (id: number): Port => {
    const { port1, port2 } = new MessageChannel()
    ports.set(id, port1)
    port1.addEventListener('message', (event) =>
      toMain({ type: 'port', id, data: (event as MessageEvent).data as unknown }),
    )
    port1.start()
    waiting.push(id)
    return port2
  }

  // Electron tells both ends when one is closed; Chromium alone does not. The end that the page holds is first seen in the message that
  // hands it over.
  window.addEventListener('message', (event) => {
    const port = event.ports[0]
    const id = port === undefined ? undefined : waiting.shift()
    if (port === undefined || id === undefined) return
    held.set(id, port)
    const close = port.close.bind(port)
    port.close = () => {
      close()
      toMain({ type: 'port-closed', id })
    }
  })

  const closePort = (id: number): void => {
    ports.get(id)?.close()
    held.get(id)?.dispatchEvent(new Event('close'))
  }

  const receive = (message: ToPage): void => {
    if (message.type === 'port') ports.get(message.id)?.postMessage(message.data)
    if (message.type === 'port-closed') closePort(message.id)
    if (message.type !== 'ipc') return
    const event = { ports: message.ports.map(openPort) }
    for (const listener of listeners.get(message.channel) ?? []) listener(event, ...message.given)
  }
  Object.defineProperty(page, toPageName, { value: receive, enumerable: false })

  // Electron clones what is exposed: plain data, and functions whose arguments are cloned on the way.
  const bridged = (value: unknown): unknown => {
    if (typeof value === 'function') {
      return (...given: unknown[]) => {
        const answer = (value as (...given: unknown[]) => unknown)(...structuredClone(given))
        return answer instanceof Promise
          ? answer.then((one) => structuredClone(one) as unknown)
          : structuredClone(answer)
      }
    }
    if (typeof value !== 'object' || value === null) return value
    return Object.freeze(Object.fromEntries(Object.entries(value).map(([name, one]) => [name, bridged(one)])))
  }

  const electron = strict('electron', {
    ipcRenderer: strict('ipcRenderer', {
      on(channel: string, listener: (event: unknown, ...given: unknown[]) => void) {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
      },
      invoke: (channel: string, ...given: unknown[]) =>
        binding({ type: 'invoke', channel, given: structuredClone(given) } satisfies FromPage),
      send: (channel: string, ...given: unknown[]) => toMain({ type: 'ipc', channel, given: structuredClone(given) }),
    }),
    // A page's file has no path that Chromium tells; the test gives one that begins with it.
    webUtils: strict('webUtils', {
      getPathForFile: (file: { name: string }) =>
        file.name.startsWith('at=') ? decodeURIComponent(file.name.slice(3)) : '',
    }),
    contextBridge: strict('contextBridge', {
      exposeInMainWorld: (name: string, api: unknown) => {
        Object.defineProperty(page, name, { value: bridged(api), enumerable: true })
      },
    }),
  })

  const require = (name: string): unknown => {
    if (name === 'electron') return electron
    throw new Error(`a sandboxed preload script cannot require ${name}`)
  }
  const module = { exports: {} }
  preload(require, module, module.exports)
  toMain({ type: 'born' })
}

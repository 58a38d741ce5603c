import { pathToFileURL } from 'node:url'

// The other end of the stand-in's utility process. There is no stand-in for `electron` here: a program that imports it fails.
type Listener = (event: { data: unknown; ports: [] }) => void

const send = process.send?.bind(process)
const parentPort = {
  on(event: string, listener: Listener) {
    if (event === 'message') process.on('message', (data) => listener({ data, ports: [] }))
    else if (event !== 'close') throw new Error(`the Electron stand-in never tells "${event}" of parentPort`)
    return parentPort
  },
  postMessage: (data: unknown) => void send?.(data),
}

const [entry = '', ...given] = process.argv.slice(2)
process.argv = [process.execPath, entry, ...given]
Object.assign(process, { parentPort, send: undefined })
await import(pathToFileURL(entry).href)

import type * as Electron from 'electron'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { StandInEmitter } from './onlyDefined.ts'

type PortFace = 'close' | 'on' | 'once' | 'postMessage' | 'start'

/** `MessagePortMain` over a port of Node's: structured clones, and silence until `start`. */
export class StandInPort extends StandInEmitter implements Pick<Electron.MessagePortMain, PortFace> {
  readonly #port: MessagePort
  #started = false

  constructor(port: MessagePort) {
    super('MessagePortMain', ['close', 'message'])
    this.#port = port
    port.on('close', () => this.tell('close'))
  }

  start(): void {
    if (this.#started) return
    this.#started = true
    this.#port.on('message', (data: unknown) => this.tell('message', { data, ports: [] }))
  }

  postMessage(message: unknown, transfer: readonly unknown[] = []): void {
    if (transfer.length > 0) throw new Error('the Electron stand-in does not send ports over ports')
    this.#port.postMessage(message)
  }

  close(): void {
    this.#port.close()
  }
}

export class StandInMessageChannel implements Record<keyof Electron.MessageChannelMain, StandInPort> {
  readonly port1: StandInPort
  readonly port2: StandInPort

  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.port1 = new StandInPort(port1)
    this.port2 = new StandInPort(port2)
  }
}

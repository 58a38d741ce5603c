import { describe, expect, it } from 'vitest'
import { StandInMessageChannel } from './standIn/messagePorts.ts'
import { onlyDefined, PreventableEvent, StandInEmitter } from './standIn/onlyDefined.ts'

describe('the Electron stand-in', () => {
  it('throws on every name that it does not define', () => {
    const app = onlyDefined('app', { quit: () => 'quit' }) as { quit(): string; relaunch?: () => void }
    expect(app.quit()).toBe('quit')
    expect(() => app.relaunch).toThrow('the Electron stand-in does not define app.relaunch')
  })

  it('throws on every event that it never tells', () => {
    const emitter = new StandInEmitter('app', ['will-quit'])
    expect(() => emitter.on('before-quit', () => {})).toThrow('never tells "before-quit" of app')
    const heard: unknown[] = []
    emitter.on('will-quit', (event) => heard.push(event))
    const event = new PreventableEvent()
    emitter.tell('will-quit', event)
    expect(heard).toEqual([event])
  })

  it('keeps messages until a port is started, as MessagePortMain does', async () => {
    const { port1, port2 } = new StandInMessageChannel()
    const heard: unknown[] = []
    const first = new Promise<void>((resolve) => {
      port2.on('message', ({ data }: { data: unknown }) => {
        heard.push(data)
        resolve()
      })
    })
    port1.postMessage({ at: new Date(0), bytes: new Uint8Array([1, 2]) })
    await new Promise((resolve) => setImmediate(resolve))
    expect(heard).toEqual([])
    port2.start()
    await first
    expect(heard).toEqual([{ at: new Date(0), bytes: new Uint8Array([1, 2]) }])
    const closed = new Promise<void>((resolve) => port2.on('close', () => resolve()))
    port1.close()
    await closed
  })

  it('refuses what a structured clone cannot carry', () => {
    const { port1 } = new StandInMessageChannel()
    expect(() => port1.postMessage({ run: () => {} })).toThrow(/could not be cloned/)
    port1.close()
  })
})

import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createProgressDisplay } from '../../../src/cli/progress.ts'

/** A stream that says it is, or is not, a terminal, and what was written to it. */
function stream(isTTY: boolean): { stream: NodeJS.WriteStream; written: () => string } {
  const through = Object.assign(new PassThrough(), { isTTY, columns: 100, cursorTo: () => {}, clearLine: () => {} })
  let text = ''
  through.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return { stream: through as unknown as NodeJS.WriteStream, written: () => text }
}

describe('progress away from a terminal', () => {
  it('is a line when a phase begins and one when it is complete', async () => {
    const { stream: out, written } = stream(false)
    const display = await createProgressDisplay(out)
    for (const done of [0, 100e6, 200e6, 274e6, 274e6]) {
      display.report({ phase: 'downloading', done, total: 274e6, unit: 'bytes' })
    }
    display.report({ phase: 'building', done: 0, total: null, unit: 'step' })
    display.close()
    expect(written()).toBe('downloading … (274 MB)\ndownloading: 274 MB\nbuilding …\n')
  })
})

describe('progress on a terminal', () => {
  it('shows a bar with both amounts where the total is known', async () => {
    const { stream: out, written } = stream(true)
    const display = await createProgressDisplay(out)
    display.report({ phase: 'measuring', done: 7, total: 28, unit: 'samples' })
    display.close()
    expect(written()).toContain(`measuring ${'█'.repeat(7)}${'░'.repeat(21)} 7 of 28 samples`)
  })

  it('shows no bar where the total is not known', async () => {
    const { stream: out, written } = stream(true)
    const display = await createProgressDisplay(out)
    display.report({ phase: 'building', done: 0, total: null, unit: 'step' })
    display.close()
    expect(written()).toContain('building … ')
    expect(written()).not.toMatch(/[█░]/)
  })
})

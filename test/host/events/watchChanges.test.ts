import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { EventLog } from '../../../src/host/events/eventLog.ts'
import { watchChanges } from '../../../src/host/events/watchChanges.ts'
import type { HostEvent } from '../../../src/shared/contract/jobs.ts'
import { sampleRun } from '../../store/support/samples.ts'
import { openTemp } from '../../store/support/openTemp.ts'
import { start, ended } from '../../cli/program.ts'
import { eventually, hosts, memoryLog, temporaryFolder, until } from '../harness.ts'

const folder = temporaryFolder()
const open = hosts()

/** A watch over a store and its home that looks when it is told to. */
function watched(pause_ms: number) {
  const store = openTemp()
  const home = store.path.replace(/\/[^/]+$/, '')
  const events = new EventLog<HostEvent>()
  const watch = watchChanges({ home, store, events, log: memoryLog().log, interval_ms: 60_000, pause_ms })
  onTestFinished(() => watch.stop())
  const parts = () => (events.after(0) ?? []).map(({ event }) => (event.type === 'changed' ? event.parts : event.type))
  return { store, home, watch, parts }
}

describe('watchChanges', () => {
  it('tells the parts that changed, rows and folders, and nothing where nothing did', async () => {
    const { store, home, watch, parts } = watched(0)
    watch.soon()
    await wait(60)
    expect(parts()).toEqual([])
    store.runs.put(sampleRun({ stage: 'calibration' }))
    mkdirSync(join(home, 'models', 'one'), { recursive: true })
    watch.soon()
    await eventually(() => parts().length === 1)
    expect(parts()).toEqual([['model', 'calibration', 'run']])
    rmSync(join(home, 'models', 'one'), { recursive: true })
    watch.soon()
    await eventually(() => parts().length === 2)
    expect(parts()[1]).toEqual(['model'])
  })

  it('tells a part that keeps changing once a pause, and its last change in the end', async () => {
    const { store, watch, parts } = watched(300)
    for (let seed = 0; seed < 6; seed += 1) {
      store.runs.put(sampleRun({ seed }))
      watch.soon()
      await wait(30)
    }
    expect(parts()).toEqual([['run']])
    await wait(300)
    watch.soon()
    await eventually(() => parts().length === 2)
    watch.soon()
    await wait(60)
    expect(parts()).toEqual([['run'], ['run']])
  })
})

describe('a host', () => {
  const generate = ['dataset', 'generate', 'maintenance-log', '--size', '200', '--name', 'elsewhere']

  it('tells its watchers what a call of its own changed', async () => {
    const { client } = await open(folder())
    const events = await client.events.watch({})
    await events.next()
    for await (const event of await client.dataset.generate({
      options: { generator: 'maintenance-log', size: 200 },
      name: 'here',
    }))
      if (event.type === 'done') break
    await until(events, (event) => event.type === 'changed' && event.parts.includes('dataset'))
    await events.return?.()
  })

  it('tells its watchers what another program did to the same home', async () => {
    const { client } = await open(folder())
    const events = await client.events.watch({})
    await events.next()
    const other = await ended(start([...generate, '--home', folder()]))
    expect(other.code).toBe(0)
    await until(events, (event) => event.type === 'changed' && event.parts.includes('dataset'))
    expect((await client.dataset.list({})).datasets.map(({ name }) => name)).toEqual(['elsewhere'])
    await events.return?.()
  })
})

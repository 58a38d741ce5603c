import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect } from 'vitest'
import type { Fault } from './faultTable.ts'
import type { FaultyBoard } from './faultyBoard.ts'
import type { EndedProfile, FaultyHome } from './faultyHome.ts'

/** After these the board is out of reach: what it has is cleared by the next session. */
const outOfReach = ['host-unreachable', 'host-key-changed']

/** A profile ended as its fault should; what is in the store is whole, and nothing is left: neither a process, nor a file on the board, nor one here. */
export async function seenToEnd(
  { outcome }: Fault,
  { state, code, message, warnings, stored }: EndedProfile,
  { board, home }: { board: FaultyBoard; home: FaultyHome },
): Promise<void> {
  if (outcome.is === 'error') {
    expect(outcome.codes, message ?? state).toContain(code)
    expect(stored).toEqual([])
  } else {
    const wanted = outcome.is === 'again' ? outcome.warns : []
    const told = warnings.filter((one) => one === 'tried-again' || one === 'board-restarted')
    expect({ state, message, told }).toEqual({ state: 'done', message: null, told: wanted })
    await wholeProfile(stored, home)
  }
  await expect.poll(() => board.processes()).toEqual([])
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('bitgauge-send-'))).toEqual([])
  if (code === null || !outOfReach.includes(code)) expect(board.litter()).toEqual([])
}

async function wholeProfile([id, ...others]: readonly string[], { host: { client } }: FaultyHome): Promise<void> {
  expect(others).toEqual([])
  const { latency } = await client.profile.show({ profile: id! })
  expect(latency.windows).toHaveLength(3)
  expect(latency.windows.reduce((sum, { samples }) => sum + samples, 0)).toBe(latency.samples)
  expect((await client.profile.samples({ profile: id!, limit: 1 })).total).toBe(latency.samples)
}

import { readdirSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { FaultyBoard } from './faultyBoard.ts'
import type { FaultyHome } from './faultyHome.ts'

/** What a row of profiles through one host over one real SSH server left, or took more of than before. */
export interface Leaks {
  profiles: number
  /** channels that the server's log has as opened, and as closed, by themselves or with their connection */
  opened: number
  closed: number
  /** processes of the board besides its server: sessions and what they had started */
  processes: number
  /** files on the board that only a session under way may have */
  files: number
  /** of this process, after the row less before it */
  descriptors: number
  handles: number
  /** live objects on the heap, after a collection */
  heap_bytes: number
}

/** Profiles one after the other, each whole. Two go before the count: what is loaded and kept once is no leak. */
export async function manyProfiles(home: FaultyHome, board: FaultyBoard, count: number): Promise<Leaks> {
  await whole(home, board, 2)
  const before = await held()
  const log = board.server.log().length
  await whole(home, board, count)
  await settled(() => board.processes().length === 0)
  const after = await held()
  const said = board.server.log().slice(log)
  return {
    profiles: count,
    opened: said.match(/^Starting session: /gm)?.length ?? 0,
    closed: closedIn(said),
    processes: board.processes().length,
    files: board.litter().length,
    descriptors: after.descriptors - before.descriptors,
    handles: after.handles - before.handles,
    heap_bytes: after.heap_bytes - before.heap_bytes,
  }
}

/** The lock's channel is often closed by the end of its connection: the server tells of the one that ends first. One connection follows the other. */
function closedIn(log: string): number {
  let [closed, open] = [0, 0]
  for (const [line] of log.matchAll(/^(?:Starting session: |Close session: |Disconnected from user )/gm)) {
    if (line.startsWith('Starting')) open += 1
    const ended = line.startsWith('Close') ? 1 : line.startsWith('Disconnected') ? open : 0
    closed += ended
    open -= ended
  }
  return closed
}

async function whole(home: FaultyHome, board: FaultyBoard, count: number): Promise<void> {
  for (let k = 0; k < count; k++) {
    const { state, code, stored } = await (await home.profile(board.name)).ended
    if (state !== 'done' || stored.length !== 1) throw new Error(`profile ${k + 1} ended as ${state}: ${code}`)
  }
}

async function held(): Promise<Pick<Leaks, 'descriptors' | 'handles' | 'heap_bytes'>> {
  // Sockets of a connection that has ended are closed in the next rounds of the loop.
  await pause(500)
  globalThis.gc?.()
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    handles: process.getActiveResourcesInfo().filter((name) => !/Timeout|Immediate/.test(name)).length,
    heap_bytes: process.memoryUsage().heapUsed,
  }
}

async function settled(holds: () => boolean): Promise<void> {
  for (let k = 0; !holds() && k < 600; k++) await pause(100)
}

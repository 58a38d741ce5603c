import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { lacksSshServer } from '../../test/remote/sshServer.ts'
import { FaultyBoard } from '../../test/host/boards/faults/faultyBoard.ts'
import { FaultyHome, makeHome } from '../../test/host/boards/faults/faultyHome.ts'
import { manyProfiles, type Leaks } from '../../test/host/boards/faults/manyProfiles.ts'
import { record, type BenchRecord, type Measured } from './record.ts'

const metrics: Readonly<Record<Exclude<keyof Leaks, 'profiles'>, string>> = {
  opened: 'channels opened',
  closed: 'channels closed',
  processes: 'processes left on the board',
  files: 'files left on the board',
  descriptors: 'file descriptors more',
  handles: 'handles more',
  heap_bytes: 'heap more',
}

/** Profiles in a row through one host over one OpenSSH server, with windows of milliseconds: what they leave. */
export async function benchBoardLeaks(profiles: number): Promise<Measured> {
  const name = `board leaks, ${profiles} profiles in a row`
  const lacks = lacksSshServer()
  if (lacks !== null) return { records: [], ratios: [], absent: [{ case: name, contender: 'OpenSSH', reason: lacks }] }
  setFlagsFromString('--expose-gc')
  globalThis.gc = runInNewContext('gc') as NodeJS.GCFunction
  const path = mkdtempSync(join(tmpdir(), 'bitgauge-bench-'))
  await makeHome(path)
  const home = await FaultyHome.open(path)
  const board = await FaultyBoard.start('board')
  try {
    await home.add(board)
    return { records: recordsOf(name, await manyProfiles(home, board, profiles)), ratios: [] }
  } finally {
    await home.close()
    await board.stop()
    rmSync(path, { recursive: true, force: true })
  }
}

function recordsOf(name: string, { profiles: _, ...found }: Leaks): BenchRecord[] {
  return Object.entries(found).map(([key, value]) => {
    const unit = key === 'heap_bytes' ? 'bytes' : 'count'
    const of = { case: name, contender: 'bitgauge profile', metric: metrics[key as keyof typeof found] }
    return record({ ...of, unit, samples: [value] })
  })
}

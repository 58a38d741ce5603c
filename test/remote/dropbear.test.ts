import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findProgram } from '../../build/setup/findProgram.ts'
import { connectBoard, describeBoard, type BoardConnection } from '../../src/remote/index.ts'
import { boardBehaviour } from './boardBehaviour.ts'
import { skipWithoutDropbear, startDropbear } from './dropbear.ts'
import { startSshServer, type SshServer } from './sshServer.ts'

const shells = [false, true].filter(
  (busybox) => !busybox || findProgram(['busybox'], process.env['PATH']) !== undefined,
)

describe.skipIf(skipWithoutDropbear()).each(shells)('boards with Dropbear (BusyBox: %s)', (busybox) => {
  let users: SshServer
  let server: Awaited<ReturnType<typeof startDropbear>>
  let board: BoardConnection

  beforeAll(async () => {
    users = await startSshServer()
    server = await startDropbear(users, { busybox })
    board = await connectBoard(server.target, {}, { stored: [server.known], files: [] }, { agent: null })
  })
  afterAll(async () => {
    await board?.close()
    await server?.stop()
    await users?.stop()
  })

  boardBehaviour('the board', () => board)

  it('runs the shell that it is meant to', async () => {
    const { stdout } = await board.run(['sh', '-c', 'type head'], { maxBytes: 100, timeout_ms: 10_000 })
    // BusyBox has its own.
    expect(stdout.includes('/head')).toBe(!busybox)
  })

  it('says what it is, and how far away', async () => {
    expect((await describeBoard(board)).facts.cores).toBeGreaterThan(0)
    expect(await board.roundTrip_ms()).toBeGreaterThan(0)
    expect((await board.run(['true'], { maxBytes: 100, timeout_ms: 10_000 })).code).toBe(0)
  })
})

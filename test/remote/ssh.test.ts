import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectBoard, type BoardConnection } from '../../src/remote/index.ts'
import { timeFor } from '../../src/remote/upload.ts'
import { boardBehaviour } from './boardBehaviour.ts'
import { processesWith } from './processes.ts'
import { skipWithoutSshServer, startSshServer, type SshServer } from './sshServer.ts'

describe.skipIf(skipWithoutSshServer())('boards over SSH', () => {
  let server: SshServer
  let board: BoardConnection
  let bare: SshServer
  let withoutSftp: BoardConnection
  let noisy: SshServer
  let chatty: BoardConnection

  beforeAll(async () => {
    server = await startSshServer()
    board = await connectBoard(server.target, {}, { stored: [server.known], files: [] }, { agent: null })
    bare = await startSshServer({ config: ['Subsystem other /bin/false'], shell: '/bin/bash' })
    withoutSftp = await connectBoard(bare.target, {}, { stored: [bare.known], files: [] }, { agent: null })
    noisy = await startSshServer({ config: ['Subsystem sftp /usr/lib/openssh/sftp-server'], shell: '/bin/bash' })
    // bash reads it for commands of an SSH server, too.
    writeFileSync(join(noisy.home, '.bashrc'), 'echo "Welcome to the board!"; printf "no end" >&2; alias cat=false\n')
    chatty = await connectBoard(noisy.target, {}, { stored: [noisy.known], files: [] }, { agent: null })
  })
  afterAll(async () => {
    await chatty?.close()
    await noisy?.stop()
    await board?.close()
    await withoutSftp?.close()
    await server?.stop()
    await bare?.stop()
  })

  boardBehaviour('with SFTP', () => board)
  boardBehaviour('without SFTP', () => withoutSftp)
  boardBehaviour('with a login script that prints, which spoils SFTP', () => chatty)

  it('gives an upload whole milliseconds, which timers want', () => {
    for (const bytes of [0, 1, 523_776, 4_000_001]) expect(timeFor(bytes)).toSatisfy(Number.isInteger)
  })

  it('says how far away it is, login script or not', async () => {
    expect(await board.roundTrip_ms()).toBeGreaterThan(0)
    expect(await chatty.roundTrip_ms()).toBeGreaterThan(0)
    expect((await chatty.run(['true'], { maxBytes: 100, timeout_ms: 20_000 })).code).toBe(0)
  })

  it('gives up a login script that does not end to print', async () => {
    writeFileSync(join(noisy.home, '.bashrc'), 'yes\n')
    const run = chatty.run(['true'], { maxBytes: 100, timeout_ms: 20_000 })
    await expect(run).rejects.toMatchObject({ code: 'too-large' })
    await expect.poll(() => processesWith('yes ').filter((line) => line === 'yes ')).toEqual([])
  })
})

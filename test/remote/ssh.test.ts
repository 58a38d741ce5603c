import { afterAll, beforeAll, describe } from 'vitest'
import { connectBoard, type BoardConnection } from '../../src/remote/index.ts'
import { boardBehaviour } from './boardBehaviour.ts'
import { skipWithoutSshServer, startSshServer, type SshServer } from './sshServer.ts'

describe.skipIf(skipWithoutSshServer())('boards over SSH', () => {
  let server: SshServer
  let board: BoardConnection
  let bare: SshServer
  let withoutSftp: BoardConnection

  beforeAll(async () => {
    server = await startSshServer()
    board = await connectBoard(server.target, {}, { stored: [server.known], files: [] }, { agent: null })
    bare = await startSshServer({ config: ['Subsystem other /bin/false'], shell: '/bin/bash' })
    withoutSftp = await connectBoard(bare.target, {}, { stored: [bare.known], files: [] }, { agent: null })
  })
  afterAll(async () => {
    await board?.close()
    await withoutSftp?.close()
    await server?.stop()
    await bare?.stop()
  })

  boardBehaviour('with SFTP', () => board)
  boardBehaviour('without SFTP', () => withoutSftp)
})

import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../src/server/limits.ts'
import { SocketTable } from '../../src/server/socketTable.ts'
import { ask, closeCode, openSocket, ownHeaders, signIn, startTestServer, upgrade } from './harness.ts'

describe('startServer', () => {
  it('listens on the loopback address alone unless told otherwise', async () => {
    await using test = await startTestServer()
    expect(test.server.origin).toBe(`http://127.0.0.1:${test.port}`)
    const others = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
    for (const { address } of others.filter((one) => one.family === 'IPv4' && !one.internal)) {
      await expect(fetch(`http://${address}:${test.port}/`)).rejects.toThrow()
    }
  })

  it('says that a port is taken', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    await expect(startTestServer({ port })).rejects.toMatchObject({
      code: 'port-in-use',
      message: `Port ${port} is in use by another program.`,
    })
    await new Promise((resolve) => other.close(resolve))
    await using test = await startTestServer({ port })
    expect(test.port).toBe(port)
  })

  it('says that an address is none of this machine', async () => {
    await expect(startTestServer({ address: '192.0.2.1', allowedHosts: ['x'] })).rejects.toMatchObject({
      code: 'usage-invalid',
    })
  })

  it('listens on IPv6 too', async () => {
    await using test = await startTestServer({ address: '::1' })
    expect(test.server.origin).toBe(`http://[::1]:${test.port}`)
    expect((await fetch(`${test.server.origin}/`)).status).toBe(200)
  })

  it('says that there is no page', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'bitgauge-empty-'))
    await expect(startTestServer({ pages: empty })).rejects.toMatchObject({ code: 'not-found' })
    await rm(empty, { recursive: true })
  })

  it('refuses a data folder that is not there, and keeps the real paths of the others', async () => {
    await expect(startTestServer({ dataFolders: ['/nowhere/at/all'] })).rejects.toMatchObject({ code: 'not-found' })
    await using test = await startTestServer({ dataFolders: ['/tmp/..'] })
    expect(test.server.dataFolders).toEqual(['/'])
  })

  it('lets no socket in while it stops, which would keep it from ending', async () => {
    await using test = await startTestServer()
    const headers = ownHeaders(test.port, await signIn(test))
    // Before this, a socket that was there keeps the server waiting for its last word.
    const stuck = await openSocket(test)
    stuck.pause()
    const closing = test.server.close()
    const late = upgrade(test.port, headers).then(
      (made) => 'socket' in made,
      () => false,
    )
    await closing
    expect(await late).toBe(false)
    const table = new SocketTable(defaultLimits)
    table.closeAll()
    const session = { name: 'a', digest: Buffer.alloc(32), opened: 0, seen: 0 }
    expect(() => table.assertRoom(session)).toThrow(expect.objectContaining({ code: 'connection-lost' }))
    stuck.terminate()
  })

  it('closes its sockets with a word, ends those that do not answer, and lets go of the port', async () => {
    const test = await startTestServer()
    const cookie = await signIn(test)
    const polite = await openSocket(test, cookie)
    const stuck = await openSocket(test, cookie)
    stuck.pause()
    const said = closeCode(polite)
    await test.server.close()
    expect(await said).toBe(1001)
    await test.server.close()
    await expect(ask(test.port)).rejects.toThrow('ECONNREFUSED')
    stuck.terminate()
    await test[Symbol.asyncDispose]()
  })
})

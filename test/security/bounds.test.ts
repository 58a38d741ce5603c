import { connect } from 'node:net'
import type { WebSocket } from 'ws'
import { describe, expect, it } from 'vitest'
import type { Limits } from '../../src/server/index.ts'
import {
  ask,
  closeCode,
  jobEvent,
  openSocket,
  ownHeaders,
  post,
  rawExchange,
  signIn,
  startTestServer,
  refusal,
  until,
} from '../server/harness.ts'

const started = (limits: Partial<Limits> = {}) => startTestServer({ limits })
const frame = (id: string, path: string, input: unknown = {}) =>
  JSON.stringify({ i: id, p: { u: `/${path}`, b: { json: input } } })

/** The text messages that a socket gets, as they come. */
function heard(socket: WebSocket): string[] {
  const texts: string[] = []
  socket.on('message', (data) => texts.push((data as Buffer).toString()))
  return texts
}

async function answersCalls(socket: WebSocket): Promise<boolean> {
  const texts = heard(socket)
  socket.send(frame('alive', 'jobs/list'))
  await until(() => texts.some((text) => text.startsWith('{"i":"alive"')))
  return true
}

describe('HTTP', () => {
  it('refuses a body that is too large, said or found', async () => {
    await using test = await started()
    const large = await post(test.port, '/session', { token: 'x'.repeat(2000) })
    expect([large.status, large.code]).toEqual([413, 'too-large'])
    const head = `POST /session HTTP/1.1\r\nHost: 127.0.0.1:${test.port}\r\nOrigin: ${test.server.origin}\r\nContent-Type: application/json\r\n`
    const said = await rawExchange(test.port, `${head}Content-Length: 99999999999\r\nConnection: close\r\n\r\n{`)
    expect(said).toMatch(/^HTTP\/1\.1 413 /)
    const chunk = `${(4096).toString(16)}\r\n${' '.repeat(4096)}\r\n`
    const chunked = await rawExchange(
      test.port,
      `${head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk}${chunk}0\r\n\r\n`,
    )
    expect(chunked).toMatch(/^HTTP\/1\.1 413 /)
  })

  it.each([
    ['malformed JSON', '{"token":'],
    ['a poisoned prototype', '{"__proto__": {"token": "x"}}'],
    ['JSON nested without end', '['.repeat(1000)],
    ['nothing', ''],
  ])('refuses %s as a body', async (_name, body) => {
    await using test = await started()
    const headers = { origin: test.server.origin, 'content-type': 'application/json' }
    const answer = await ask(test.port, { method: 'POST', path: '/session', headers, body })
    expect([answer.status, answer.code]).toEqual([400, 'input-invalid'])
    expect(({} as Record<string, unknown>)['token']).toBeUndefined()
  })

  it('refuses headers that are too large or without end', async () => {
    await using test = await started()
    const head = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${test.port}\r\n`
    expect(await rawExchange(test.port, `${head}X-Long: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /)
    expect(await rawExchange(test.port, head + 'X: y\r\n'.repeat(20_000))).toMatch(/^HTTP\/1\.1 431 /)
    expect((await ask(test.port)).status).toBe(200)
  })

  it('ends connections whose request never arrives whole', async () => {
    await using test = await started({ headers_ms: 100, request_ms: 200 })
    const slow = await rawExchange(test.port, `GET / HTTP/1.1\r\nHost: 127.0.0.1:${test.port}\r\nX-Slow: `)
    expect(slow).toMatch(/^HTTP\/1\.1 408 /)
    const head = `POST /session HTTP/1.1\r\nHost: 127.0.0.1:${test.port}\r\nOrigin: ${test.server.origin}\r\nContent-Type: application/json\r\n`
    expect(await rawExchange(test.port, `${head}Content-Length: 100\r\n\r\n{`)).toMatch(/^HTTP\/1\.1 408 |^$/)
  })

  it('refuses two lengths for one body, by which requests are smuggled', async () => {
    await using test = await started()
    const head = `POST /session HTTP/1.1\r\nHost: 127.0.0.1:${test.port}\r\nOrigin: ${test.server.origin}\r\nContent-Type: application/json\r\n`
    const answer = await rawExchange(
      test.port,
      `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  })

  it('holds no more than so many connections', async () => {
    await using test = await started({ connections: 4 })
    const sockets = Array.from({ length: 8 }, () => connect(test.port, '127.0.0.1'))
    const ended = new Set<number>()
    sockets.forEach((socket, index) => {
      socket.on('error', () => {})
      socket.on('close', () => ended.add(index))
    })
    await until(() => ended.size >= 4)
    expect(ended.size).toBe(4)
    sockets.forEach((socket) => socket.destroy())
    await until(() => ended.size === 8)
    expect((await ask(test.port)).status).toBe(200)
  })

  it('bounds the requests of a minute', async () => {
    await using test = await started({ requestsAMinute: 5 })
    const answers = await Promise.all(Array.from({ length: 7 }, () => ask(test.port)))
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(2)
  })
})

describe('a web socket', () => {
  it('is refused beyond so many of a session, and beyond so many of all', async () => {
    await using test = await started({ socketsASession: 2, sockets: 3 })
    const cookie = await signIn(test)
    const first = await openSocket(test, cookie)
    await openSocket(test, cookie)
    expect(await refusal(test.port, ownHeaders(test.port, cookie))).toEqual({ status: 429, code: 'rate-limited' })
    const other = await signIn(test)
    await openSocket(test, other)
    expect(await refusal(test.port, ownHeaders(test.port, other))).toEqual({ status: 429, code: 'rate-limited' })
    first.close()
    await until(() => test.logged().includes('socket closed'))
    await openSocket(test, other)
  })

  it('is closed by a message that is too large', async () => {
    await using test = await started()
    const socket = await openSocket(test)
    socket.send(frame('1', 'jobs/list', { pad: 'x'.repeat(1024 * 1024) }))
    expect(await closeCode(socket)).toBe(1009)
  })

  it('does not unpack what is compressed', async () => {
    await using test = await started()
    const socket = await openSocket(test, undefined, { perMessageDeflate: true })
    expect(socket.extensions).toBe('')
  })

  it.each([
    ['binary', Buffer.from([1, 2, 3]), 1003],
    ['no JSON', 'hello', 1007],
    ['cut JSON', '{"i":"1","p":', 1007],
    ['an array', '[]', 1007],
    ['null', 'null', 1007],
    ['a message without an id', '{"p":{"u":"/jobs/list"}}', 1007],
    ['an id that is no text', '{"i":{},"p":{"u":"/jobs/list"}}', 1007],
    ['an unknown kind', '{"i":"1","t":99}', 1007],
    ['a request to elsewhere', '{"i":"1","p":{"u":"http://evil.example/"}}', 1007],
    ['a request without a path', '{"i":"1","p":{}}', 1007],
    ['nesting without end', '['.repeat(500_000), 1007],
  ])('is closed by %s', async (_name, message, code) => {
    await using test = await started()
    const socket = await openSocket(test)
    socket.send(message)
    expect(await closeCode(socket)).toBe(code)
    expect(await answersCalls(await openSocket(test))).toBe(true)
  })

  it('is closed by text that is not UTF-8', async () => {
    await using test = await started()
    const socket = await openSocket(test)
    const tcp = (socket as unknown as { _socket: { write: (bytes: Buffer) => void } })._socket
    tcp.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]))
    expect(await closeCode(socket)).toBe(1007)
  })

  it.each([
    ['a call that is not there', '{"i":"1","p":{"u":"/no/such"}}'],
    ['a path into the prototype', '{"i":"1","p":{"u":"/__proto__/constructor"}}'],
    ['input of the wrong shape', frame('1', 'jobs/get', { id: 7 })],
    [
      'a poisoned input',
      '{"i":"1","p":{"u":"/jobs/list","b":{"json":{"limit":1},"meta":[[3,"__proto__","polluted"]]}}}',
    ],
    [
      'an input that is deep',
      `{"i":"1","p":{"u":"/jobs/list","b":{"json":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}}}`,
    ],
    ['meta data that lies', '{"i":"1","p":{"u":"/jobs/list","b":{"json":{},"meta":[[1,"a","b","c"]],"maps":[["x"]]}}}'],
    ['a form', '{"i":"1","p":{"u":"/jobs/list","h":{"content-type":"multipart/form-data; boundary=x"},"b":"x"}}'],
    ['an event for no stream', '{"i":"7","t":3,"p":{"e":"message","d":1}}'],
    ['a cancelling of nothing', '{"i":"7","t":4}'],
  ])('bears %s', async (_name, message) => {
    await using test = await started()
    const socket = await openSocket(test)
    socket.send(message)
    expect(await answersCalls(socket)).toBe(true)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('tells nothing of a defect', async () => {
    await using test = await started()
    const socket = await openSocket(test)
    const texts = heard(socket)
    socket.send(frame('1', 'store/check'))
    await until(() => texts.length > 0)
    expect(texts[0]).not.toContain('secret text of a defect')
    expect(texts[0]).not.toContain('.ts')
  })

  it('is closed by too many messages', async () => {
    await using test = await started({ messageBurst: 20, messagesASecond: 1 })
    const socket = await openSocket(test)
    for (let count = 0; count < 25; count += 1) socket.send(frame(String(count), 'jobs/list'))
    expect(await closeCode(socket)).toBe(1008)
  })

  it('is closed by too many calls under way, and not by many one after another', async () => {
    await using test = await started({ callsASocket: 3 })
    const socket = await openSocket(test)
    const texts = heard(socket)
    for (let count = 0; count < 10; count += 1) {
      socket.send(frame(`a${count}`, 'jobs/list'))
      await until(() => texts.length === count + 1)
    }
    for (let count = 0; count < 4; count += 1) socket.send(frame(`w${count}`, 'events/watch'))
    expect(await closeCode(socket)).toBe(1008)
  })

  it('is ended when it answers no ping, and kept while it does', async () => {
    await using test = await started({ ping_ms: 500 })
    const silent = await openSocket(test, undefined, { autoPong: false })
    const answering = await openSocket(test)
    expect(await closeCode(silent)).toBe(1006)
    expect(await answersCalls(answering)).toBe(true)
  })

  it('is closed when it reads too slowly, before its backlog fills the memory', async () => {
    await using test = await started({ waiting_bytes: 64 * 1024, pause_bytes: 1024 * 1024 * 1024, close_ms: 100 })
    const socket = await openSocket(test)
    const texts = heard(socket)
    socket.send(frame('1', 'events/watch'))
    await until(() => texts.length === 2)
    socket.pause()
    const message = 'x'.repeat(1024 * 1024)
    const closed = closeCode(socket)
    for (let count = 0; count < 40; count += 1) {
      test.events.publish(jobEvent(message))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => test.logged().includes('too slow'))
    socket.resume()
    expect(await closed).not.toBe(1000)
  })

  it('slows down the stream that it reads slowly, and loses nothing while the host remembers', async () => {
    await using test = await started({ pause_bytes: 0 })
    const socket = await openSocket(test)
    const texts = heard(socket)
    socket.send(frame('1', 'events/watch'))
    await until(() => texts.length === 2)
    socket.pause()
    for (let count = 0; count < 200; count += 1) test.events.publish(jobEvent(`${count}${'x'.repeat(100_000)}`))
    await new Promise((resolve) => setTimeout(resolve, 100))
    socket.resume()
    await until(() => texts.length === 202)
    const ids = texts.slice(2).map((text) => Number(/"title":"(\d+)x/.exec(text)?.[1]))
    expect(ids).toEqual(Array.from({ length: 200 }, (_, index) => index))
  })
})

import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openLog } from '../../src/host/log.ts'
import { memoryLog, temporaryFolder } from './harness.ts'

const home = temporaryFolder()
const file = (): string => join(home(), 'logs', 'bitgauge.log')

describe('the log', () => {
  it.each([
    ['at the top', { password: 'hunter2' }],
    ['inside', { board: { passphrase: 'hunter2' } }],
    ['in a header', { request: { headers: { cookie: 'hunter2', authorization: 'hunter2' } } }],
    ['in a token', { session: { token: 'hunter2' } }],
  ])('writes no secret %s', (_, entry) => {
    const { log, lines } = memoryLog()
    log.info(entry, 'connected')
    expect(JSON.stringify(lines)).not.toContain('hunter2')
    expect(JSON.stringify(lines)).toContain('[redacted]')
  })

  it('is a file that its owner alone can read, whole after every line', () => {
    const log = openLog(home())
    log.info('first')
    expect(readFileSync(file(), 'utf8')).toContain('first')
    expect(statSync(file()).mode & 0o077).toBe(0)
  })

  it('is set aside when it has grown past its limit', () => {
    openLog(home()).info('old')
    truncateSync(file(), 6_000_000)
    openLog(home()).info('new')
    expect(statSync(`${file()}.1`).size).toBe(6_000_000)
    expect(statSync(file()).size).toBeLessThan(1000)
  })

  it('is left out where it cannot be written, and the program goes on', () => {
    writeFileSync(join(home(), 'logs'), 'in the way')
    openLog(home()).error('nobody reads this')
    expect(existsSync(file())).toBe(false)
  })
})

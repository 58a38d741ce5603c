import { existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openLog } from '../../src/host/log.ts'
import { memoryLog, temporaryFolder } from './harness.ts'

const home = temporaryFolder()
const file = (): string => join(home(), 'logs', 'bitgauge.log')

function linesOf(path: string): Record<string, unknown>[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

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

  it('is set aside while it is written, and every program that writes goes on in the new one', () => {
    const [first, second] = [openLog(home()), openLog(home())]
    const text = 'x'.repeat(10_000)
    for (let line = 0; line < 600; line += 1) {
      first.info({ line, text }, 'by the first')
      second.info({ line, text }, 'by the second')
    }
    const [before, now] = [linesOf(`${file()}.1`), linesOf(file())]
    expect(statSync(`${file()}.1`).size).toBeLessThan(5_400_000)
    expect(statSync(file()).size).toBeLessThan(5_400_000)
    expect(statSync(file()).mode & 0o077).toBe(0)
    // The two files hold the newest lines of both without a gap; of 12 MB the oldest went with the file before.
    for (const who of ['by the first', 'by the second']) {
      const told = [...before, ...now].filter(({ msg }) => msg === who).map(({ line }) => line as number)
      expect(told.toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: told.length }, (_, at) => 600 - told.length + at),
      )
      expect(now.map(({ msg }) => msg)).toContain(who)
    }
  })

  it('is made anew where somebody took it away', () => {
    const log = openLog(home())
    const text = 'x'.repeat(60_000)
    log.info({ text }, 'first')
    rmSync(file())
    for (let line = 0; line < 4; line += 1) log.info({ text }, `line ${line}`)
    expect(linesOf(file()).at(-1)).toMatchObject({ msg: 'line 3' })
  })

  it('is left out where it cannot be written, and the program goes on', () => {
    writeFileSync(join(home(), 'logs'), 'in the way')
    openLog(home()).error('nobody reads this')
    expect(existsSync(file())).toBe(false)
  })
})

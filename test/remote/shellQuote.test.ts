import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findProgram } from '../../build/setup/findProgram.ts'
import { shellCommand, shellQuote } from '../../src/remote/shellQuote.ts'

const shells = ['sh', 'bash', 'dash', 'zsh', 'ksh', 'fish'].filter(
  (name) => findProgram([name], process.env['PATH']) !== undefined,
)

/** What the shell makes of a command whose letters are bytes, from a file: an argument of a program of Node is UTF-8. */
function printed(shell: string, argv: string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-quote-'))
  const file = join(folder, 'script')
  writeFileSync(file, Buffer.from(`exec ${shellCommand(['printf', '%s\\0', ...argv])}\n`, 'latin1'))
  try {
    return execFileSync(shell, [file], { env: { PATH: process.env['PATH'] ?? '', HOME: folder, LC_ALL: 'C' } })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe.each(shells)('arguments that are quoted for %s', (shell) => {
  it('come through as they are, whatever bytes they hold', () => {
    const argv = Array.from({ length: 400 }, (_, k) => randomBytes(k).toString('latin1').replaceAll('\0', '\x01'))
    expect(printed(shell, argv).equals(Buffer.from(`${argv.join('\0')}\0`, 'latin1'))).toBe(true)
  })

  it('come through made of the signs that shells know', () => {
    const signs = [
      `'`,
      '"',
      '\\',
      '$',
      '`',
      '!',
      '\n',
      ' ',
      '*',
      '~',
      '(',
      ')',
      '{',
      '}',
      ';',
      '&',
      '|',
      '<',
      '>',
      '#',
      '-',
      '=',
      'a',
    ]
    const draw = () => signs[randomBytes(1)[0]! % signs.length]!
    const argv = Array.from({ length: 400 }, (_, k) => Array.from({ length: k % 12 }, draw).join(''))
    expect(printed(shell, argv).equals(Buffer.from(`${argv.join('\0')}\0`))).toBe(true)
  })
})

describe('shellQuote', () => {
  it('keeps backslashes out of the quotes, which fish reads inside', () => {
    expect(shellQuote(String.raw`a\'b`)).toBe(String.raw`'a'\\\''b'`)
    expect(shellQuote('')).toBe(`''`)
  })
})

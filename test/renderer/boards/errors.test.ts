import { describe, expect, it } from 'vitest'
import { inWindow, withoutCommands } from '../../../src/renderer/text/errors.ts'

describe('an error of the host in the window', () => {
  it.each([
    ['host-key-unknown', 'Compare, then accept it with `--host-key SHA256:abc`.', /trust it/],
    ['host-key-changed', 'Where it is right, replace the key with `bitgauge board trust`.', /trust the new key/],
    ['secret-needed', 'Give the passphrase by --password-file or standard input.', /^Sign in/],
    [
      'board-failed',
      'Measure again; where it comes again, check the board with bitgauge board check.',
      /^Nothing of it/,
    ],
  ] as const)('says of %s what can be done here', (code, hint, expected) => {
    expect(inWindow({ code, message: 'No.', hint }).hint).toMatch(expected)
  })

  it('names the page in place of the command that lists, and keeps any other hint', () => {
    expect(inWindow({ code: 'not-found', message: 'No.', hint: 'bitgauge profile list shows them.' })).toEqual({
      ...{ code: 'not-found', message: 'No.' },
      hint: 'The page Boards lists them.',
    })
    const plain = { code: 'host-unreachable' as const, message: 'No.', hint: 'Check that the board is on.' }
    expect(inWindow(plain)).toBe(plain)
  })

  it('loses the sentences of a described error that name a command', () => {
    expect(withoutCommands('The line was cut. Found: 3. Check it with bitgauge board check.')).toBe(
      'The line was cut. Found: 3.',
    )
  })
})

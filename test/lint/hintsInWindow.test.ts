import { globSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { hintInWindow } from '../../src/renderer/text/errors.ts'

const flagOrCommand = /\bbitgauge [a-z]|--[a-z]/
/** What has no place in a window: the set-up of the machine, and how the program that serves the page was started. */
const terminalAlone = [
  ...['`bitgauge setup`', '`bitgauge setup --cuda`', '`bitgauge doctor', '`bitgauge store check`', '`bitgauge serve`'],
  ...['--allow-host', '--data DIR', '--port', '--force', 'bitgauge recipe show', '-passphrase-file', '--password-file'],
]

/** Said at the start of the program, and a name. */
const notHints = /^(A folder|What was) given|^bitgauge profile, session/

/** Every sentence in the source of the host and below it that names a command or a flag as a hint does. */
const hints = globSync('src/{shared,core,compute,store,remote,host,server,main}/**/*.ts').flatMap((path) =>
  sentencesOf(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true))
    .filter((text) => /^[A-Zb`].*(\.|NAME)$/.test(text) && flagOrCommand.test(text) && !notHints.test(text))
    .map((text) => [text, path] as const),
)

function sentencesOf(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isTemplateExpression(node)) {
    return [node.head.text + node.templateSpans.map(({ literal }) => `NAME${literal.text}`).join('')]
  }
  const found: string[] = []
  ts.forEachChild(node, (child) => void found.push(...sentencesOf(child)))
  return found
}

describe('a hint of the host in the window', () => {
  it('is found in the source', () => expect(hints.length).toBeGreaterThan(60))

  it.each(hints)('names no command or flag that the window has in other words: %s (%s)', (hint) => {
    const said = hintInWindow(hint)
    if (terminalAlone.some((words) => hint.includes(words))) {
      expect(said).toMatch(/terminal/)
    } else expect(said).not.toMatch(flagOrCommand)
    expect(said).toMatch(/^[A-Z]/)
  })
})

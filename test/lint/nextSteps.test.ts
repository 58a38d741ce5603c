import { globSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { stepInWindow } from '../../src/renderer/text/nextSteps.ts'
import { stepInTerminal, steps } from '../../src/shared/nextSteps.ts'

const flagOrCommand = /\bbitgauge [a-z]|--[a-z]/
/** What has no place in a window: the set-up of the machine, and how the program that serves the page was started. */
const terminalAlone = [
  ...['`bitgauge setup`', '`bitgauge setup --cuda`', '`bitgauge doctor', '`bitgauge store check`', '`bitgauge serve`'],
  ...['--allow-host', '--data DIR', '--port', '--force', 'bitgauge recipe show'],
]

describe('a next step', () => {
  it.each(steps)('has words of its own in the window, with a command or a flag for a terminal alone: %s', (step) => {
    const next = { step, of: 'NAME' }
    const said = stepInWindow(next)
    if (terminalAlone.some((words) => stepInTerminal(next).includes(words))) expect(said).toMatch(/terminal/)
    else expect(said).not.toMatch(flagOrCommand)
    for (const words of [said, stepInTerminal(next)]) expect(words).toMatch(/^(`?bitgauge|[A-Z]).*(\.|NAME)$/)
    expect(said).toMatch(/^[A-Z]/)
  })
})

/** Said at the start of the program, and names. */
const notHints = /^(A folder|What was) given|^bitgauge profile, session/

/** The sentences in the source that name a command or a flag as a hint does. */
function hintsOf(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
  return sentencesOf(source).filter(
    (text) => /^[A-Zb`].*(\.|NAME)$/.test(text) && flagOrCommand.test(text) && !notHints.test(text),
  )
}

function sentencesOf(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isTemplateExpression(node)) {
    return [node.head.text + node.templateSpans.map(({ literal }) => `NAME${literal.text}`).join('')]
  }
  const found: string[] = []
  ts.forEachChild(node, (child) => void found.push(...sentencesOf(child)))
  return found
}

describe('the source of the host and below it', () => {
  const list = 'src/shared/nextSteps.ts'
  const paths = globSync('src/{shared,core,child,compute,store,remote,host,server,main}/**/*.ts').filter(
    (path) => path !== list,
  )

  it('names a command or a flag in a hint by a step of the closed list alone', () => {
    expect(hintsOf(list).length).toBeGreaterThan(50)
    expect(paths.flatMap((path) => hintsOf(path).map((hint) => `${path}: ${hint}`))).toEqual([])
  })

  it('takes every step of the list somewhere', () => {
    const taken = new Set(
      paths.flatMap((path) =>
        [...readFileSync(path, 'utf8').matchAll(/\bnextStep\('([a-z-]+)'/g)].map(([, step]) => step),
      ),
    )
    expect([...taken].sort()).toEqual([...steps].sort())
  })
})

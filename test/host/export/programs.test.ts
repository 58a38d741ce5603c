import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportResults } from '../../../src/host/export/exportResults.ts'
import { smallHostileResults } from './samples.ts'
import { missing } from './support.ts'

const folder = mkdtempSync(join(tmpdir(), 'bitgauge-programs-'))
const out = join(folder, 'out')
afterAll(() => rmSync(folder, { recursive: true }))
beforeAll(async () => {
  await exportResults(smallHostileResults(), { formats: ['latex', 'pdf'], out })
})

function run(program: string, args: readonly string[]): string {
  const { status, stdout } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, openin_any: 'a', openout_any: 'p' },
  })
  if (status !== 0) throw new Error(`${program}: ${stdout.slice(-2000)}`)
  return stdout
}

/** A document that has every exported table in it. */
function document(): string {
  const tables = readdirSync(out).filter((name) => name.endsWith('.tex'))
  return [
    '\\documentclass{article}',
    '\\usepackage{booktabs,graphicx}',
    '\\begin{document}',
    ...tables.map((name) => `\\input{out/${basename(name)}}\\clearpage`),
    '\\end{document}',
  ].join('\n')
}

const noLatex = missing('pdflatex', 'texlive-latex-recommended')
describe.skipIf(noLatex !== null)(
  `tables with hostile names${noLatex === null ? '' : ` (skipped: ${noLatex})`}`,
  () => {
    it('compile without an error, and fit the page', () => {
      writeFileSync(join(folder, 'paper.tex'), document())
      const log = run('pdflatex', ['-interaction=nonstopmode', '-halt-on-error', '-no-shell-escape', 'paper.tex'])
      expect(log.match(/^!.*|Missing character.*|Overfull \\hbox.*/gm)).toBeNull()
    })

    const noText = missing('pdftotext', 'poppler-utils')
    it.skipIf(noText !== null)('print the names as they are', () => {
      writeFileSync(join(folder, 'paper.tex'), document())
      run('pdflatex', ['-interaction=nonstopmode', '-no-shell-escape', 'paper.tex'])
      const text = run('pdftotext', ['-layout', 'paper.pdf', '-']).replace(/\s+/g, ' ')
      expect(text).toContain('\\input{/etc/passwd}')
      expect(text).toContain('<img src=x onerror')
      expect(text).not.toContain('root:')
    })
  },
)

const noPoppler = missing('pdffonts', 'poppler-utils')
describe.skipIf(noPoppler !== null)(`pictures in PDF${noPoppler === null ? '' : ` (skipped: ${noPoppler})`}`, () => {
  const name = 'bits-by-composition.pdf'

  it('have text that can be searched, in fonts that are embedded', () => {
    expect(run('pdftotext', [join(out, name), '-'])).toContain('Loss by width and composition')
    const fonts = run('pdffonts', [join(out, name)])
      .trim()
      .split('\n')
      .slice(2)
    expect(fonts.length).toBeGreaterThan(2)
    for (const font of fonts) expect(font).toMatch(/TrueType +Identity-H +yes/)
  })

  it('are one page without pictures of pixels', () => {
    expect(run('pdfinfo', [join(out, name)])).toMatch(/Pages: +1\n/)
    expect(
      run('pdfimages', ['-list', join(out, name)])
        .trim()
        .split('\n'),
    ).toHaveLength(2)
    expect(readFileSync(join(out, name)).subarray(0, 5).toString()).toBe('%PDF-')
  })
})

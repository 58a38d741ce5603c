import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Starts the same program again on another Node: all that a person gave it goes with it. */
const itself = 'src/cli/bin.mjs'

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mjs)$/.test(name))
    .map((name) => join(root, folder, name))
}

describe('programs that we start', () => {
  it('have an environment that was built for them, never the whole of ours', () => {
    const files = [...sources('src'), ...sources('build/setup'), join(root, 'build', 'pages.ts')]
    const calls = files.flatMap((file) => {
      const text = readFileSync(file, 'utf8')
      const found = [...text.matchAll(/(?<![.\w])(?:utilityProcess\.)?(?:spawn|fork|execFile|exec)(?:Sync)?\(/g)]
      return found.map(({ index }) => ({ file: relative(root, file), call: text.slice(index, index + 500) }))
    })
    expect(calls.length).toBeGreaterThan(5)
    const bare = calls.filter(({ file, call }) => file !== itself && !/\benv(?:ironment)?\b\s*[:(,}]/.test(call))
    expect(bare).toEqual([])
    for (const { call } of calls) expect(call).not.toMatch(/\.\.\.process\.env|env: process\.env/)
  })
})

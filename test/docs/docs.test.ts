import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { BenchFile } from '../../build/bench/record.ts'
import { benchmarksPage } from '../../build/docs/benchmarksPage.ts'
import { boardFaultsPage } from '../../build/docs/boardFaultsPage.ts'
import { commandDocuments } from '../../build/docs/commandDocuments.ts'
import { isPermissive, licencesPage, readPackages } from '../../build/docs/licencesPage.ts'
import { root } from '../../build/tasks/run.ts'
import { commandTable } from '../../src/cli/commandTable.ts'

const read = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8')

describe('the docs that commands write', () => {
  it.each(Object.entries(commandDocuments()))('hold the schema of %s as the contract has it', (name, schema) => {
    expect(JSON.parse(read('docs', 'format', `${name}.schema.json`))).toEqual(JSON.parse(JSON.stringify(schema)))
  })

  it('show the figures of benchmarks.json', () => {
    expect(read('docs', 'benchmarks.md')).toBe(benchmarksPage(JSON.parse(read('docs', 'benchmarks.json')) as BenchFile))
  })

  it('say of each fault of a board what its test wants to come of it', () => {
    expect(read('docs', 'guide', 'board-faults.md')).toBe(boardFaultsPage())
  })

  it('list the licences of the lock file', () => {
    expect(read('docs', 'licences.md')).toBe(licencesPage(readPackages(root)))
  })
})

describe('the licences', () => {
  it('of all that is shipped or named in package.json for the pages are permissive', () => {
    const offenders = readPackages(root).filter((one) => one.shipped && !isPermissive(one.licence))
    expect(offenders).toEqual([])
  })

  it('that are weaker than permissive belong to tools only', () => {
    const copyleft = readPackages(root).filter((one) => !isPermissive(one.licence))
    expect(copyleft.filter((one) => !/axe-core|lightningcss/.test(one.name))).toEqual([])
  })
})

describe('README.md', () => {
  it('names every command', () => {
    const readme = read('README.md')
    expect(
      commandTable.filter((entry) => !readme.includes(`bitgauge ${entry.name}`)).map((entry) => entry.name),
    ).toEqual([])
  })

  it.each(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'])(
    'and %s link only to files that exist',
    (file) => {
      const links = [...read(file).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? '')
      expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([])
    },
  )
})

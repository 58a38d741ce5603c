import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { closeCodes } from '../../src/server/socketGuard.ts'
import { defaultLimits } from '../../src/server/index.ts'

const text = readFileSync(new URL('../../docs/format/headless-host.md', import.meta.url), 'utf8')

describe('the page about the headless host', () => {
  it('lists every limit with its value', () => {
    const rows = [...text.matchAll(/^\| `(\w+)` +\| (\d+) +\|/gm)].map(([, name, value]) => [name, Number(value)])
    expect(Object.fromEntries(rows)).toEqual(defaultLimits)
  })

  it('lists every closing code of ours', () => {
    for (const code of Object.values(closeCodes)) expect(text).toMatch(new RegExp(`^\\| ${code} +\\|`, 'm'))
  })
})

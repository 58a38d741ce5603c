import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findTools } from '../../../src/host/machine/findTools.ts'
import { temporaryFolder } from '../harness.ts'

const folder = temporaryFolder()

function program(name: string, script: string): string {
  const file = join(folder(), name)
  writeFileSync(file, `#!/bin/sh\n${script}\n`)
  chmodSync(file, 0o755)
  return file
}

describe('findTools', () => {
  it('says the version and path of what answers, and null for what is not there or fails', async () => {
    const make = program('make', 'echo "GNU Make 4.4.1"')
    const python = program(
      'python3',
      'if [ "$1" = "-m" ]; then echo "No module named pip" >&2; exit 1; fi; echo "Python 3.12.1"',
    )
    expect(await findTools({ PATH: folder() })).toEqual([
      { name: 'python', version: '3.12.1', path: python },
      { name: 'pip', version: null, path: python },
      { name: 'make', version: '4.4.1', path: make },
      { name: 'c++', version: null, path: null },
    ])
  })

  it('hands no secret of its own environment to the programs', async () => {
    program('make', 'echo "$BITGAUGE_PROBE_SECRET 4.4.1"')
    const tools = await findTools({ PATH: folder(), BITGAUGE_PROBE_SECRET: '9.9.9' })
    expect(tools.find((tool) => tool.name === 'make')?.version).toBe('4.4.1')
  })
})

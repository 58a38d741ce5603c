import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { FuzzReport, FuzzTarget } from '../../build/runtime/fuzzing.ts'
import { root } from '../../build/tasks/run.ts'

const noClang = ((): string | null => {
  try {
    execFileSync('clang', ['--version'], { stdio: 'ignore' })
    return null
  } catch {
    return 'no clang here'
  }
})()

/** The runtime under a fuzzer, with the address and undefined behaviour sanitizers. */
async function report(target: FuzzTarget, seconds: number): Promise<FuzzReport> {
  const options = ['--seconds', String(seconds), '--target', target, '--json']
  const { stdout } = await promisify(execFile)('node', ['build/runtime/fuzz.ts', ...options], {
    cwd: root,
    maxBuffer: 1 << 26,
  }).catch((error: unknown) => error as { stdout: string }) // ends with 1 where something was found
  return (JSON.parse(stdout) as [FuzzReport])[0]
}

describe.skipIf(noClang !== null)(`the fuzzers${noClang === null ? '' : ` (skipped: ${noClang})`}`, () => {
  it('find nothing in some seconds, and come far behind the checksums', { timeout: 600_000 }, async () => {
    const [model, tokens] = await Promise.all([report('model', 25), report('tokens', 20)])
    expect(model).toMatchObject({ target: 'model', crash: null, output: '' })
    expect(tokens).toMatchObject({ target: 'tokens', crash: null, output: '' })
    // The seeds alone come that far, on a machine that is slow or busy as well.
    expect(model.edges).toBeGreaterThan(900)
    expect(tokens.edges).toBeGreaterThan(80)
  })
})

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ended, run, schemaErrors, start, temporaryFolder } from './program.ts'

let home: ReturnType<typeof temporaryFolder>
beforeEach(() => (home = temporaryFolder()))
afterEach(() => home.remove())

interface Document {
  ok: boolean
  data: Record<string, never>
  error: { code: string; message: string }
}

async function document(name: string, args: string[]): Promise<{ code: number | null; document: Document }> {
  const { code, stdout } = await run([...args, '--json', '--home', home.path])
  const parsed = JSON.parse(stdout) as Document
  expect(schemaErrors(name, parsed)).toEqual([])
  return { code, document: parsed }
}

describe('bitgauge doctor', () => {
  it('proves TensorFlow by operations and gradients, in a document that has its schema', async () => {
    const { code, document: doctor } = await document('doctor', ['doctor'])
    const data = doctor.data as unknown as {
      healthy: boolean
      tensorflow: { version: string; state: string }
      selfTest: { kernels: { op: string; ok: boolean; max_error: number; tolerance: number }[] }
    }
    expect(code).toBe(0)
    expect(data).toMatchObject({ healthy: true, tensorflow: { version: '2.21.0', state: 'ready' } })
    const { kernels } = data.selfTest
    expect(kernels.map((kernel) => kernel.op)).toEqual(
      expect.arrayContaining([
        'MatMul',
        'MatMul gradient',
        'BlockLSTMV2',
        'BlockLSTMV2 gradient',
        'MatMul exact integers',
      ]),
    )
    expect(kernels.filter((kernel) => !kernel.ok || kernel.max_error > kernel.tolerance)).toEqual([])
  })

  it("keeps TensorFlow's own words out of the user's terminal", async () => {
    const { stdout, stderr } = await run(['doctor', '--home', home.path])
    expect(`${stdout}${stderr}`).not.toMatch(/oneDNN custom operations|absl::|cuda_|port\.cc|computation_placer/)
  })

  it('says with exit code 3 that something is wrong, and what to do', async () => {
    await run(['store', 'check', '--home', home.path])
    writeFileSync(join(home.path, 'bitgauge.sqlite'), 'this is no store')
    const { code, stdout, stderr } = await run(['doctor', '--home', home.path])
    expect(code).toBe(3)
    expect(`${stdout}${stderr}`).toMatch(/store/i)
  })
})

describe('bitgauge setup', () => {
  it('finds everything done, and says so in a document that has its schema', async () => {
    const { code, document: setup } = await document('setup', ['setup'])
    expect(code).toBe(0)
    expect(setup.data).toMatchObject({ state: 'already-there', downloaded_bytes: 0 })
  })
})

describe('bitgauge store', () => {
  it('checks a store that it makes where there is none', async () => {
    const { code, document: check } = await document('store-check', ['store', 'check'])
    expect(code).toBe(0)
    expect(check.data).toMatchObject({ ok: true, problems: [] })
  })

  it('backs up into a file that is there and has the bytes that it says', async () => {
    await run(['store', 'check', '--home', home.path])
    const { code, document: backup } = await document('store-backup', ['store', 'backup'])
    const file = backup.data as unknown as { path: string; bytes: number }
    expect(code).toBe(0)
    expect(readFileSync(file.path)).toHaveLength(file.bytes)
  })
})

describe('bitgauge measure', () => {
  it('keeps every sample of every case', async () => {
    const { code, document: measure } = await document('measure', [
      'measure',
      '--hidden',
      '8,16',
      '--batch',
      '4',
      '--repeats',
      '5',
    ])
    const { cases } = measure.data as unknown as { cases: { op: string; hidden: number; samples_s: number[] }[] }
    expect(code).toBe(0)
    expect(cases.map((one) => one.samples_s.length)).toEqual(Array.from({ length: 6 }, () => 5))
    expect(new Set(cases.map((one) => `${one.op} ${one.hidden}`)).size).toBe(6)
  })

  it('is cancelled by Ctrl-C with exit code 130, and the job is kept as cancelled', async () => {
    const child = start(['measure', '--hidden', '512', '--repeats', '1000', '--json', '--home', home.path])
    const output = ended(child)
    await lineOf(child.stderr!, /BlockLSTMV2|MatMul/)
    child.kill('SIGINT')
    const { code, stdout } = await output
    expect(code).toBe(130)
    const cancelled = JSON.parse(stdout) as Document
    expect(schemaErrors('measure', cancelled)).toEqual([])
    expect(cancelled.error.code).toBe('cancelled')
  })

  it('refuses a size that is no size, with one line', async () => {
    const { code, stderr } = await run(['measure', '--hidden', 'large', '--home', home.path])
    expect(code).toBe(2)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).toContain('large')
  })
})

describe('bitgauge serve', () => {
  it('announces itself by one document, and ends on Ctrl-C with exit code 0', async () => {
    const child = start(['serve', '--json', '--home', home.path])
    const output = ended(child)
    await lineOf(child.stdout!, /^}/)
    child.kill('SIGINT')
    const { code, stdout } = await output
    expect(code).toBe(0)
    expect(schemaErrors('serve', JSON.parse(stdout))).toEqual([])
    expect(existsSync(join(home.path, 'bitgauge.sqlite'))).toBe(true)
  })
})

/** Waits for a line; rejects where the stream ends without it. */
async function lineOf(stream: NodeJS.ReadableStream, wanted: RegExp): Promise<string> {
  const lines = createInterface({ input: stream })
  try {
    for await (const line of lines) if (wanted.test(line)) return line
  } finally {
    stream.resume()
  }
  throw new Error(`the program ended without printing ${wanted}`)
}

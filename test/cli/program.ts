import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../build/tasks/run.ts'

export const bin = join(root, 'src', 'cli', 'bin.mjs')

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Starts the real program as a user would. */
export function start(args: string[], environment: NodeJS.ProcessEnv = {}, node = process.execPath): ChildProcess {
  return spawn(node, [bin, ...args], {
    env: { ...process.env, NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

export async function run(args: string[], environment: NodeJS.ProcessEnv = {}, node?: string): Promise<Ended> {
  return ended(start(args, environment, node))
}

export function ended(child: ChildProcess): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (text: Buffer) => (stdout += text.toString()))
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** A folder of the test's own, and how to take it away. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'bitgauge-cli-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** What is wrong with a document by the JSON Schema in docs/format, checked by a validator that knows nothing of our own. */
export function schemaErrors(name: string, document: unknown): string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  const schema = JSON.parse(readFileSync(join(root, 'docs', 'format', `${name}.schema.json`), 'utf8')) as object
  const validate = ajv.compile(schema)
  return validate(document)
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`)
}

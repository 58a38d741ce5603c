import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../tasks/run.ts'

const bin = join(root, 'src', 'cli', 'bin.mjs')

/** Runs one command as a user would, its progress on our standard error, and gives the data of its document. */
export async function bitgauge<T>(args: readonly string[], home: string): Promise<T> {
  const child = spawn(process.execPath, [bin, ...args, '--json', '--home', home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  const document = JSON.parse(text) as { ok: true; data: T } | { ok: false; error: { message: string } }
  if (!document.ok) throw new Error(`bitgauge ${args.join(' ')}: ${document.error.message}`)
  return document.data
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { compileProgram, strictFlags } from '../../build/runtime/compile.ts'

/** What a loader said of a file. */
export interface Refusal {
  status: number
  section: number
  part: number
  message: string
}

const source = 'test/runtime/programs/load_files.c'

/** Of the runtime's library, what reads files: kernels take a minute with sanitizers, and nothing here calls them. */
const isOfLoader = (name: string): boolean =>
  /^(parse_.*|container|crc32|map_file|row_element|status|token_file)\.c$/.test(name)

/** The loaders' program; `sanitized` with the address and undefined behaviour sanitizers, which end it at the first fault. */
export function loadProgram(sanitized = false): Promise<string> {
  const flags = sanitized ? ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'] : strictFlags
  return compileProgram([source], { flags, library: isOfLoader })
}

/** One line for each file, in one process. */
export async function linesOf(
  program: string,
  what: 'model' | 'values' | 'tokens',
  files: readonly Uint8Array[],
): Promise<string[]> {
  const child = spawn(program, [what], { stdio: ['pipe', 'pipe', 'pipe'] })
  const output = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  child.stdin.on('error', () => undefined) // the program may have ended; its status tells why
  child.stdin.end(Buffer.concat(files.flatMap((file) => [Buffer.from(Uint32Array.of(file.length).buffer), file])))
  const [lines, complaints, [status]] = await output
  if (status !== 0) throw new Error(`${program} ended with ${status}:\n${complaints}`)
  return lines.split('\n').slice(0, -1)
}

export function refusalOf(line: string): Refusal {
  const [status, section, part, message] = line.split('\t') as [string, string, string, string]
  return { status: Number(status), section: Number(section), part: Number(part), message }
}

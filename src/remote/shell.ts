import type { CommandLine } from './channel.ts'
import { runCommand } from './runCommand.ts'

export interface ShellResult {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a fixed script of ours; what varies are its arguments. At most 1 MB of output, two minutes. */
export async function runShell(
  line: CommandLine,
  script: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<ShellResult> {
  const { code, stdout, stderr } = await runCommand(line, ['sh', '-c', script, 'bitgauge', ...args], {
    maxBytes: 1_000_000,
    timeout_ms: 120_000,
    signal,
  })
  return { code, stdout: Buffer.from(stdout).toString('utf8'), stderr: Buffer.from(stderr).toString('utf8') }
}

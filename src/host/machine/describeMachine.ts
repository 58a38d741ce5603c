import { readFileSync } from 'node:fs'
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os'
import type { z } from 'zod'
import type { machineSchema } from '../../shared/contract/system.ts'

export type Machine = z.infer<typeof machineSchema>

/** What this machine is. Reads `/proc` and `/etc/os-release` where there are such; never starts a program. */
export function describeMachine(): Machine {
  const limit = process.constrainedMemory()
  return {
    os: osName(readText('/etc/os-release')),
    arch: arch(),
    cpu: cpus()[0]?.model.trim() || arch(),
    logicalCores: availableParallelism(),
    features: cpuFeatures(readText('/proc/cpuinfo')),
    memory_bytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem(),
    node: process.versions.node,
  }
}

/** Names of SIMD extensions that a kernel of ours or of TensorFlow could use. */
const usefulFeature =
  /^(?:sse4_2|avx|avx2|fma|f16c|avx_vnni\w*|avx512\w*|avx10\w*|amx_\w+|neon|vfpv4|asimd|asimdhp|asimddp|i8mm|bf16|sve\d?|sme\d?)$/

/**
 * SIMD extensions by the names of the Linux kernel, from the text of `/proc/cpuinfo`: the line `flags` on x86, `Features` on ARM.
 * Empty where there is no such line.
 */
export function cpuFeatures(cpuinfo: string): string[] {
  const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfo)?.[1] ?? ''
  return line.split(/\s+/).filter((name) => usefulFeature.test(name))
}

function osName(osRelease: string): string {
  const pretty = /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(osRelease)?.[1]
  const kernel = `${type()} ${release()}`
  return pretty === undefined ? kernel : `${pretty}, ${kernel}`
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crossBuild } from '../../runtime/cross/crossBuild.ts'
import { setupZig } from '../../runtime/cross/setupZig.ts'
import { targets } from '../../runtime/cross/targets.ts'
import { measureMemory } from '../../runtime/memory.ts'
import { defaultPaths } from '../../../src/host/paths.ts'
import { joinMeasured, record, type BenchAbsence, type Measured } from '../record.ts'

/** Bytes of the board programs, and the memory that one holds besides its file and the model's. */
export async function benchFootprint(): Promise<Measured> {
  return joinMeasured([await programs(), await memory()])
}

async function programs(): Promise<Measured> {
  const { cache } = defaultPaths()
  const zig = await setupZig({ cache })
  const output = mkdtempSync(join(tmpdir(), 'bitgauge-boards-'))
  try {
    const made = await crossBuild({ zig, zigCache: join(cache, 'zig', 'compiled'), targets, output })
    const records = made.programs.map(({ target, bytes }) =>
      record({
        case: 'board program, static and stripped',
        contender: `bitgauge-run, ${target}`,
        version: made.runtime,
        recipe: made.compiler,
        metric: 'file',
        unit: 'bytes',
        samples: [bytes],
      }),
    )
    return { records, ratios: [] }
  } finally {
    rmSync(output, { recursive: true, force: true })
  }
}

async function memory(): Promise<Measured> {
  const name = 'private memory, batch 1'
  if (spawnSync('musl-gcc', ['--version']).status !== 0) {
    const absent: BenchAbsence = { case: name, contender: 'bitgauge-run', reason: 'there is no musl-gcc' }
    return { records: [], ratios: [], absent: [absent] }
  }
  const records = (await measureMemory()).flatMap(({ family, bits, private_bytes, target_bytes }) => {
    const shared = {
      case: name,
      contender: `bitgauge-run, ${family}, W${bits}`,
      recipe: `target ${target_bytes / 1024} KiB`,
      unit: 'bytes',
    } as const
    return [record({ ...shared, metric: 'heap, stack, own data', samples: [private_bytes] })]
  })
  return { records, ratios: [] }
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setupTensorflow } from '../setup/index.ts'
import { record, type BenchRecord } from './record.ts'

/** Set-up into an empty cache over the network, once: its parts depend on the line and the disk. */
export async function benchSetUp(): Promise<BenchRecord[]> {
  const cache = mkdtempSync(join(tmpdir(), 'bitgauge-bench-'))
  try {
    const report = await setupTensorflow({ cache, variant: 'cpu' })
    const part = (metric: string, seconds: number): BenchRecord =>
      record({ case: 'set-up, empty cache', contender: 'bitgauge setup', metric, unit: 's', samples: [seconds] })
    const bytes = { case: 'set-up, empty cache', contender: 'bitgauge setup', unit: 'bytes' as const }
    return [
      part('download', report.download_s),
      part('extraction', report.extract_s),
      part('building the addon', report.build_s),
      record({ ...bytes, metric: 'downloaded', samples: [report.downloaded_bytes] }),
      record({ ...bytes, metric: 'on disk', samples: [report.bytes] }),
    ]
  } finally {
    rmSync(cache, { recursive: true, force: true })
  }
}

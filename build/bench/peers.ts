import { spawnSync } from 'node:child_process'
import type { BenchAbsence } from './record.ts'

/** An interpreter that has a peer's packages, or why there is none. */
export type Peer = { python: string } | { python: null; reason: string }

export interface Peers {
  pytorch: Peer
  onnxruntime: Peer
  brevitas: Peer
}

const packages = {
  pytorch: ['torch', 'numpy'],
  onnxruntime: ['onnxruntime', 'onnx', 'numpy'],
  brevitas: ['brevitas', 'torch', 'numpy'],
} as const satisfies Record<keyof Peers, readonly string[]>

/**
 * Where the peers are.
 *
 * @param python   an interpreter; null: `BITGAUGE_BENCH_PYTHON`, else `python3`
 * @param brevitas its own one, as it wants packages of other versions; null: `BITGAUGE_BENCH_BREVITAS`, else the other
 */
export function findPeers(python: string | null, brevitas: string | null): Peers {
  const main = python ?? process.env['BITGAUGE_BENCH_PYTHON'] ?? 'python3'
  const own = brevitas ?? process.env['BITGAUGE_BENCH_BREVITAS'] ?? main
  return {
    pytorch: withPackages(main, packages.pytorch),
    onnxruntime: withPackages(main, packages.onnxruntime),
    brevitas: withPackages(own, packages.brevitas),
  }
}

function withPackages(python: string, names: readonly string[]): Peer {
  const missing = names.find((name) => spawnSync(python, ['-c', `import ${name}`]).status !== 0)
  if (missing === undefined) return { python }
  return { python: null, reason: `the Python that is asked cannot import ${missing}` }
}

/** Peers that could have taken part in a case and are not on this machine. */
export function absentPeers(name: string, peers: Peers, names: Partial<Record<keyof Peers, string>>): BenchAbsence[] {
  return Object.entries(names).flatMap(([key, contender]) => {
    const peer = peers[key as keyof Peers]
    return peer.python === null ? [{ case: name, contender, reason: peer.reason }] : []
  })
}

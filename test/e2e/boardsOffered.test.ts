import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ensureRenderer } from '../../build/pages.ts'
import { lacksSshServer, skipWithoutSshServer } from '../remote/sshServer.ts'
import { describeInChromium, patience_ms } from './chromium.ts'
import type { Offered } from './offered/offered.ts'

const address = '192.0.2.10'
/** A network of its own: nothing that is told in it leaves it, and no other machine is asked. */
const network = `ip link set lo up && ip link add here type veth peer name there && ip addr add ${address}/24 dev here && ip link set here up && ip link set there up`

/** Why there can be no network of its own here; null where there can. */
function lacksNetwork(): string | null {
  try {
    execFileSync('unshare', ['-n', 'sh', '-c', network], { stdio: 'ignore' })
    return null
  } catch {
    return 'no network namespace with two ends of a line (unshare -n, ip link add type veth)'
  }
}

describeInChromium('a board that tells of itself in the local network', () => {
  const lacks = skipWithoutSshServer() ? lacksSshServer() : lacksNetwork()
  if (lacks !== null) console.log(`skipped: ${lacks}`)

  it.skipIf(lacks !== null)(
    'is offered on the command line and on the page, and is added by a click on it',
    async () => {
      await ensureRenderer()
      const folder = mkdtempSync(join(tmpdir(), 'bitgauge-offered-'))
      mkdirSync(join(folder, 'sshd'))
      try {
        const scenario = ['exec', '"$0"', 'test/e2e/offered/scenario.ts', '"$1"', address].join(' ')
        const args = ['-n', 'sh', '-c', `${network} && ${scenario}`, process.execPath, folder]
        const seen = JSON.parse(
          execFileSync('unshare', args, { encoding: 'utf8', timeout: 3 * patience_ms }),
        ) as Offered
        const offer = { name: 'Pi on the bench. No. 2', host: address, port: seen.port }
        expect(seen.listed).toEqual([{ ...offer, known: null }])
        expect(seen.taken).toEqual({ host: address, port: String(seen.port), name: 'pi-on-the-bench-no-2' })
        expect(seen.isKnown).toBe(true)
        expect(seen.complaints).toEqual([])
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
    4 * patience_ms,
  )
})

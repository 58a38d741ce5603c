import { existsSync } from 'node:fs'
import { describe } from 'vitest'

/** Debian's Chromium, and what it needs to run as root, without a display, and without asking the network for anything. */
export const chromiumPath = process.env['BITGAUGE_CHROMIUM'] ?? '/usr/bin/chromium'

/** How long a page is waited for: the machine that tests may have two cores and three suites at once. */
export const patience_ms = 90_000

export const chromiumArguments = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A suite that needs Chromium; where there is none it is skipped, and its name says why. */
export function describeInChromium(name: string, suite: () => void): void {
  const isThere = existsSync(chromiumPath)
  const reason = isThere
    ? ''
    : ` (skipped: no Chromium at ${chromiumPath}; on Debian: apt install chromium, or set BITGAUGE_CHROMIUM)`
  describe.skipIf(!isThere)(`${name}${reason}`, suite)
}

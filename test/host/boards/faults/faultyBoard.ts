import { execFile, execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { boardProgram } from '../../../runtime/boardProgram.ts'
import { faultyLine, type FaultyLine } from '../../../remote/faultyLine.ts'
import { startSshServer, type SshServer } from '../../../remote/sshServer.ts'
import { boardProcesses } from './boardProcesses.ts'

/** Where something can be planned: the compiler, a timed run at batch 1, the run whose results are compared, the last look at the empty program. */
export type Place = 'build' | 'window' | 'accuracy' | 'probe'

/**
 * The compiler of the board, which is one line on the command line: it gives a program that was compiled before, in a folder of its own beside a script that counts its runs, does what
 * was planned for one and runs the program otherwise, with windows of a few milliseconds. The words of a plan are shell: `tell` says that the place was reached; `least` is the length
 * of the window.
 */
const compiler = `#!/bin/sh
case $1 in
  --version) echo 'cc (board of a test) 1'; exit;;
  -dumpmachine) echo x86_64-linux-gnu; exit;;
esac
control='FOLDER'
while [ $# -gt 0 ]; do [ "$1" = -o ] && out=$2; shift; done
case $out in */empty) exec cp "$control/empty" "$out";; esac
tell() { : > "$control/reached"; }
round=$(ls "$control/rounds" | grep -c '^build'); : > "$control/rounds/build.$round"
if [ -e "$control/plan/build.$round" ]; then . "$control/plan/build.$round"; fi
cp "$control/program" "\${out%/*}/real" && cp "$control/script" "$out"
`
const script = `#!/bin/sh
control='FOLDER'
case " $* " in
  *' --time --batch 1 '*) place=window;;
  *' --predictions '*) place=accuracy;;
  *' --probe '*) place=probe;;
  *) place=other;;
esac
tell() { : > "$control/reached"; }
round=$(ls "$control/rounds" | grep -c "^$place"); : > "$control/rounds/$place.$round"
least=20
if [ -e "$control/plan/$place.$round" ]; then . "$control/plan/$place.$round"; fi
case " $* " in *' --time '*) set -- "$@" --least-ms "$least";; esac
exec "\${0%/*}/real" "$@"
`

/** Waits where it is planned until somebody ends it, as a program does that hangs. */
export const hang = 'tell; sleep 4711; exit 1'
/** A window that lasts until somebody ends it. */
export const long = 'least=3600000; tell'

/** A board whose server is OpenSSH, whose line, disk, compiler and programs fail as planned. */
export class FaultyBoard {
  readonly name: string
  readonly folder: string
  server: SshServer
  readonly line: FaultyLine

  private constructor(name: string, folder: string, server: SshServer, line: FaultyLine) {
    this.name = name
    this.folder = folder
    this.server = server
    this.line = line
  }

  /** @param disk of the user's cache folder there, as `mount` takes sizes; left out: that of the folder */
  static async start(name: string, { disk }: { disk?: string } = {}): Promise<FaultyBoard> {
    const folder = mkdtempSync(join(tmpdir(), 'bitgauge-faulty-'))
    const bin = join(folder, 'bin')
    for (const part of ['bin', 'plan', 'rounds']) mkdirSync(join(folder, part))
    writeFileSync(join(bin, 'cc'), compiler.replaceAll('FOLDER', folder), { mode: 0o755 })
    writeFileSync(join(folder, 'script'), script.replaceAll('FOLDER', folder), { mode: 0o755 })
    copyFileSync(await boardProgram(), join(folder, 'program'))
    chmodSync(join(folder, 'program'), 0o755)
    copyFileSync('/bin/true', join(folder, 'empty'))
    if (disk !== undefined) {
      mkdirSync(join(folder, 'home', '.cache'), { recursive: true, mode: 0o700 })
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${disk}`, 'none', join(folder, 'home', '.cache')])
    }
    const server = await launched(folder)
    return new FaultyBoard(name, folder, server, await faultyLine(server.port))
  }

  get cacheFolder(): string {
    return join(this.server.home, '.cache', 'bitgauge-board')
  }

  /** What the board does at a place, by its round, from 0. */
  plan(place: Place, round: number, words: string): void {
    writeFileSync(join(this.folder, 'plan', `${place}.${round}`), `${words}\n`)
  }

  isReached(): boolean {
    return existsSync(join(this.folder, 'reached'))
  }

  /** Waits until a plan says that it was reached. */
  async reached(): Promise<void> {
    await expect.poll(() => this.isReached(), { interval: 10 }).toBe(true)
    rmSync(join(this.folder, 'reached'))
  }

  /** How often a place was reached. */
  rounds(place: Place): number {
    return readdirSync(join(this.folder, 'rounds')).filter((name) => name.startsWith(place)).length
  }

  processes(): string[] {
    return boardProcesses(this.server).map(({ command }) => command)
  }

  /** Kills what the pattern finds among the board's processes, and says how many those were. */
  kill(pattern: RegExp): number {
    const found = boardProcesses(this.server).filter(({ command }) => pattern.test(command))
    for (const { pid } of found) process.kill(pid, 'SIGKILL')
    return found.length
  }

  /** The board's files: folders end in a slash. Those of programs are told as one where they are whole. */
  files(): string[] {
    const { home } = this.server
    return readdirSync(home, { recursive: true, withFileTypes: true })
      .map((entry) => `${join(entry.parentPath, entry.name).slice(home.length + 1)}${entry.isDirectory() ? '/' : ''}`)
      .sort()
  }

  /** Files that only a session under way may have. */
  litter(): string[] {
    const all = this.files()
    const programs = all.filter((name) => /\/programs\/[^/]+\/$/.test(name))
    const halfMade = programs.filter((folder) => !all.includes(`${folder}whole.json`))
    return [...all.filter((name) => /\.part-|\/lock\/$|\.tar$/.test(name)), ...halfMade]
  }

  /** Nothing of the last test stays: neither plans nor what lies in the cache folder. */
  clear(): void {
    for (const part of ['plan', 'rounds']) {
      rmSync(join(this.folder, part), { recursive: true, force: true })
      mkdirSync(join(this.folder, part))
    }
    rmSync(join(this.folder, 'reached'), { force: true })
    this.line.restore()
  }

  /** As when its power is gone: nothing says farewell. It comes back as another start of the machine. */
  async reboot(): Promise<void> {
    this.line.cut()
    for (const { pid } of boardProcesses(this.server)) killQuietly(pid)
    await this.server.stop()
    this.server = await launched(this.folder, this.server.port)
  }

  /** Another machine in its place: its sessions end, and its server has another key. */
  async otherKey(): Promise<void> {
    rmSync(join(this.folder, 'host_ed25519'))
    rmSync(join(this.folder, 'host_ed25519.pub'))
    await this.reboot()
  }

  async stop(): Promise<void> {
    await this.line.close()
    await this.server.stop()
    await promisify(execFile)('umount', ['-q', join(this.folder, 'home', '.cache')]).catch(() => {})
    rmSync(this.folder, { recursive: true, force: true })
  }
}

function launched(folder: string, port?: number): Promise<SshServer> {
  writeFileSync(join(folder, 'boot_id'), `${randomUUID()}\n`)
  const path = [join(folder, 'bin'), '/usr/local/bin:/usr/bin:/bin'].join(':')
  return startSshServer({ folder, path, ...(port === undefined ? {} : { port }) })
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended with its parent.
  }
}

import { mkdir, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../src/shared/errors.ts'
import { diskFull } from './failures.ts'
import { megabytes } from './format.ts'
import type { WheelPin } from './libraryPin.ts'
import { runChild } from './runChild.ts'
import { watchLargestFile } from './watchLargestFile.ts'

export interface DownloadOptions {
  python: string
  /** an own folder for this download; what is in it may be thrown away */
  folder: string
  environment: Record<string, string>
  log: string
  signal: AbortSignal
  onBytes: (done: number) => void
}

/**
 * pip, ended by the end of its standard input: when set-up is killed, its pip must not go on for minutes. The thread reads by
 * `os.read`, because a thread that waits in `sys.stdin` makes Python abort at its end.
 */
const pipProgram = [
  'import os, runpy, sys, threading',
  'threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()',
  'sys.argv[0] = "pip"',
  'runpy.run_module("pip", run_name="__main__", alter_sys=True)',
].join('\n')

/**
 * Downloads one wheel with the user's own pip, index, proxy and certificates; gives its path. The content is not to be trusted yet.
 * @throws AppError `download-failed`, `hash-mismatch`, `disk-full`, `cancelled`
 */
export async function downloadWheel(pin: WheelPin, options: DownloadOptions): Promise<string> {
  const [temporary, results] = [join(options.folder, 'tmp'), join(options.folder, 'results')]
  await mkdir(temporary, { recursive: true, mode: 0o700 })
  await mkdir(results, { recursive: true, mode: 0o700 })
  const requirements = join(options.folder, 'requirements.txt')
  await writeFile(requirements, `${pin.package}==${pin.version} --hash=sha256:${pin.sha256}\n`)
  const watch = watchLargestFile([temporary, results], (size) => options.onBytes(Math.min(size, pin.bytes)))
  const { code, output } = await runChild({
    command: options.python,
    args: ['-c', pipProgram, ...pipArguments(pin, requirements, results)],
    cwd: options.folder,
    environment: { ...options.environment, TMPDIR: temporary },
    log: options.log,
    signal: options.signal,
  }).finally(() => watch.stop())
  if (code !== 0) throw pipFailure(pin, output, watch.largest(), options)
  const [file] = (await readdir(results)).filter((name) => name.endsWith('.whl'))
  if (file === undefined) throw pipFailure(pin, output, watch.largest(), options)
  const path = join(options.folder, pin.file)
  await rename(join(results, file), path)
  return path
}

/** For the wheel's own tags, so that any Python can fetch it: `tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl`. */
function pipArguments(pin: WheelPin, requirements: string, results: string): string[] {
  const [python = '', abi = '', platforms = ''] = pin.file
    .replace(/\.whl$/, '')
    .split('-')
    .slice(-3)
  const cpython = /^cp(\d)(\d+)$/.exec(python)
  const version = cpython === null ? '3.11' : `${cpython[1]}.${cpython[2]}`
  return [
    ...['download', '--no-deps', '--only-binary=:all:', '--require-hashes', '--requirement', requirements],
    ...['--dest', results, '--no-cache-dir', '--progress-bar', 'off', '--disable-pip-version-check', '--no-input'],
    ...['--implementation', 'cp', '--python-version', version, '--abi', abi],
    ...platforms.split('.').flatMap((platform) => ['--platform', platform]),
  ]
}

/**
 * Names what went wrong by what can be seen from outside. pip reports a connection that was cut as a wrong hash; the size that the file
 * had reached tells the two apart; the last bytes may have been there too briefly for us to see them.
 */
function pipFailure(pin: WheelPin, output: string, largest: number, options: DownloadOptions): AppError {
  if (/Errno 28|No space left on device/.test(output)) return diskFull(options.folder)
  const said = reason(output)
  if (largest > pin.bytes * 0.99 && /sha256/.test(output)) {
    return new AppError('hash-mismatch', `${pin.file} from the package index is not the pinned file.`, {
      expected: `sha256 ${pin.sha256}`,
      found: /Got\s+([0-9a-f]{64})/.exec(output)?.[1] ?? said,
      hint: 'Check the index that pip uses (pip config list), or give the file with --offline.',
    })
  }
  return new AppError('download-failed', `${pin.file} could not be downloaded with pip.`, {
    expected: megabytes(pin.bytes),
    found: `${largest > 0 ? `${megabytes(largest)}, then ` : ''}${said}`,
    hint: `Check the network and run the command again, or give the file with --offline; pip's log is ${options.log}.`,
  })
}

/** pip ends with "no matching distribution" where it could not reach the index; the line before that says why. */
function reason(output: string): string {
  const lines = output.split('\n').map((line) => line.trim())
  const network = lines.find((line) => /^(WARNING|INFO): (Retrying|Could not fetch URL)|: connection error:/.test(line))
  const error = lines.findLast((line) => /^(ERROR|error):/.test(line)) ?? lines.findLast((line) => line !== '')
  const line = network ?? error ?? 'pip said nothing'
  return line
    .slice(0, 300)
    .replace(/^[A-Za-z]+: /, '')
    .replace(/\.$/, '')
}

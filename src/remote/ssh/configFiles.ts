import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../shared/errors.ts'

export interface ConfigFile {
  /** for messages */
  file: string
  text: string
}

const largest = 1_000_000

/**
 * The files that a word of Include names, by the rules of ssh_config(5): wildcards of glob(7), in lexical order; without a folder at its beginning a
 * file of `~/.ssh`. What is not there is left out, as OpenSSH leaves it out.
 */
export function includedFiles(pattern: string, home: string): string[] {
  const own = pattern === '~' || pattern.startsWith('~/')
  const whole = own ? `${home}${pattern.slice(1)}` : pattern.startsWith('/') ? pattern : join(home, '.ssh', pattern)
  const parts = whole.split('/').filter((part) => part !== '')
  const paths = parts.reduce((folders, part) => folders.flatMap((folder) => fitting(folder, part)), [''])
  return paths.filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
}

function fitting(folder: string, part: string): string[] {
  if (!/[*?[]/.test(part)) return [`${folder}/${part.replaceAll(/\\(.)/g, '$1')}`]
  const wanted = globPattern(part)
  const names = namesIn(folder === '' ? '/' : folder).filter((name) => wanted.test(name))
  return names.toSorted().map((name) => `${folder}/${name}`)
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** One part of a path by glob(7): a leading point is named, never matched by a wildcard. */
function globPattern(part: string): RegExp {
  const parts = part.matchAll(/\\(.)|\[([!^]?)(\]?[^\]]*)\]|([*?])|([^])/g)
  const text = Array.from(parts, ([, escaped, not, set, wildcard, plain]) => {
    if (set !== undefined) return `[${not === '' ? '' : '^'}${set.replaceAll(/[\\\]^[]/g, '\\$&')}]`
    if (wildcard !== undefined) return wildcard === '*' ? '.*' : '.'
    return (escaped ?? plain ?? '').replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')
  })
  return new RegExp(`^${/^[*?[]/.test(part) ? '(?!\\.)' : ''}${text.join('')}$`, 'su')
}

/**
 * @param ours refuses what others may write, as OpenSSH refuses it
 * @throws AppError `not-found`, `permission-denied`, `too-large`, `forbidden`
 */
export function readText(file: string, what: string, { ours = false } = {}): string {
  try {
    if (ours) refuseForeign(file, what)
    const text = readFileSync(file, 'utf8')
    if (text.length <= largest) return text
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const { code } = cause as NodeJS.ErrnoException
    throw new AppError(code === 'ENOENT' ? 'not-found' : 'permission-denied', `${what} ${file} cannot be read.`, {
      found: code,
      cause,
    })
  }
  throw new AppError('too-large', `${what} ${file} is too large.`, { expected: `at most ${largest} characters` })
}

function refuseForeign(file: string, what: string): void {
  if (process.getuid === undefined) return
  const { uid, mode } = statSync(file)
  if ((uid === 0 || uid === process.getuid()) && (mode & 0o022) === 0) return
  throw new AppError('forbidden', `${what} ${file} may be written by others.`, {
    expected: 'a file of yours, mode 0600 or 0644',
    found: `mode ${(mode & 0o777).toString(8).padStart(4, '0')}, owner ${uid}`,
    hint: `chmod go-w ${file}`,
  })
}

import { readFile, stat } from 'node:fs/promises'
import type { Command } from 'commander'
import type { BoardSecrets } from '../../../shared/contract/boardCalls.ts'
import { AppError } from '../../../shared/errors.ts'
import { repeated } from '../dataset/options.ts'
import { ofServer } from './ofServer.ts'

export interface SecretFlags {
  passwordFile?: string | undefined
  passphraseFile?: string | undefined
  jumpPasswordFile?: string[] | undefined
  jumpPassphraseFile?: string[] | undefined
}

type ServerSecrets = NonNullable<BoardSecrets['jumps']>[string]

const limit_bytes = 4096

/** Secrets come from files that nobody else reads, or from standard input as `-`; never from an argument, which every user of the machine sees. */
export function secretFlags(command: Command): Command {
  return command
    .option('--password-file <file>', 'the password, first line of a file of mode 0600; - for standard input')
    .option('--passphrase-file <file>', 'the passphrase of the key, likewise')
    .option('--jump-password-file <host=file>', 'the password of a server on the way; may be given again', repeated)
    .option('--jump-passphrase-file <host=file>', 'the passphrase of the key for it, likewise', repeated)
}

/** @throws AppError `forbidden` where others may read a file, `not-found`, `input-invalid`, `usage-invalid` */
export async function secretsOf(flags: SecretFlags): Promise<BoardSecrets> {
  const { passwordFile, passphraseFile, jumpPasswordFile = [], jumpPassphraseFile = [] } = flags
  const passwords = jumpPasswordFile.map((given) => ofServer(given, 'a secret'))
  const passphrases = jumpPassphraseFile.map((given) => ofServer(given, 'a secret'))
  const files = [passwordFile, passphraseFile, ...[...passwords, ...passphrases].map(({ file }) => file)]
  if (files.filter((file) => file === '-').length > 1) {
    throw new AppError('usage-invalid', 'Standard input holds one secret.', { hint: 'Give the others in files.' })
  }
  const jumps = new Map<string, ServerSecrets>()
  for (const { name, file } of passwords) jumps.set(name, { password: await read(file) })
  for (const { name, file } of passphrases) jumps.set(name, { ...jumps.get(name), passphrase: await read(file) })
  return {
    ...(passwordFile === undefined ? {} : { password: await read(passwordFile) }),
    ...(passphraseFile === undefined ? {} : { passphrase: await read(passphraseFile) }),
    ...(jumps.size === 0 ? {} : { jumps: Object.fromEntries(jumps) }),
  }
}

async function read(path: string): Promise<string> {
  const text = path === '-' ? await readInput() : await readSecretFile(path)
  const [line = ''] = text.split(/\r?\n/)
  if (line !== '') return line
  throw new AppError('input-invalid', 'There is no secret on the first line.', {
    found: path === '-' ? 'standard input' : path,
  })
}

async function readSecretFile(path: string): Promise<string> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new AppError('not-found', `There is no file ${path}.`, { cause })
  })
  if ((found.mode & 0o077) !== 0 && process.platform !== 'win32') {
    throw new AppError('forbidden', `Others may read ${path}.`, {
      expected: 'mode 0600',
      found: `mode ${(found.mode & 0o777).toString(8).padStart(4, '0')}`,
      hint: `chmod 600 ${path}`,
    })
  }
  if (found.size > limit_bytes) throw new AppError('input-invalid', `${path} is too large for a secret.`)
  return readFile(path, 'utf8')
}

async function readInput(): Promise<string> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += String(chunk)
    if (text.includes('\n') || text.length > limit_bytes) break
  }
  return text
}

import { readFile, stat } from 'node:fs/promises'
import type { Command } from 'commander'
import type { BoardSecrets } from '../../../shared/contract/boardCalls.ts'
import { AppError } from '../../../shared/errors.ts'

export interface SecretFlags {
  passwordFile?: string
  passphraseFile?: string
}

const limit_bytes = 4096

/** Secrets come from files that nobody else reads, or from standard input as `-`; never from an argument, which every user of the machine sees. */
export function secretFlags(command: Command): Command {
  return command
    .option('--password-file <file>', 'the password, first line of a file of mode 0600; - for standard input')
    .option('--passphrase-file <file>', 'the passphrase of the key, likewise')
}

/** @throws AppError `forbidden` where others may read a file, `not-found`, `input-invalid` */
export async function secretsOf({ passwordFile, passphraseFile }: SecretFlags): Promise<BoardSecrets> {
  if (passwordFile === '-' && passphraseFile === '-') {
    throw new AppError('usage-invalid', 'Standard input holds one secret.', { hint: 'Give the other one in a file.' })
  }
  return {
    ...(passwordFile === undefined ? {} : { password: await read(passwordFile) }),
    ...(passphraseFile === undefined ? {} : { passphrase: await read(passphraseFile) }),
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

import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { BoardServer, HostKey } from '../../shared/contract/board.ts'
import { AppError, type AppErrorDetails, type ErrorCode } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import type { KnownKeys, SeenHostKey } from '../connection.ts'
import { hostKeyOf, knownHostLines, type KnownHostLine } from './knownHosts.ts'
import { readText } from './configFiles.ts'
import type { RouteServer } from './route.ts'

/** A server's key that is not taken, with what there is to decide about it. */
export class HostKeyError extends AppError {
  readonly server: BoardServer
  readonly offered: HostKey
  readonly known: readonly HostKey[]

  constructor(
    code: Extract<ErrorCode, `host-key-${string}`>,
    message: string,
    keys: { server: RouteServer; offered: HostKey; known: readonly HostKey[] },
    details: AppErrorDetails,
  ) {
    super(code, message, details)
    const { name, host, port, jump } = keys.server
    this.server = { name, host, port, jump }
    this.offered = keys.offered
    this.known = keys.known
  }
}

/** What is known of one server before it is asked. */
export interface ServerKeys {
  stored: readonly HostKey[]
  lines: readonly KnownHostLine[]
  accept: readonly string[]
  replace: readonly string[]
}

export function keysOfServer(server: RouteServer, keys: KnownKeys): ServerKeys {
  const stored = keys.stored.filter(({ host, port }) => host.toLowerCase() === server.host && port === server.port)
  const files = keys.files ?? server.knownHostsFiles ?? usualFiles()
  return {
    stored: stored.map(({ key }) => key),
    lines: [...files, ...(keys.files === undefined ? systemFiles : [])].flatMap((file) => linesOf(file, server)),
    accept: keys.accept ?? [],
    replace: keys.replace ?? [],
  }
}

const systemFiles = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']

function usualFiles(): string[] {
  return ['known_hosts', 'known_hosts2'].map((name) => join(homedir(), '.ssh', name))
}

function linesOf(file: string, server: RouteServer): KnownHostLine[] {
  return existsSync(file) ? knownHostLines(readText(file, 'The list of known hosts'), file, server) : []
}

/** Algorithms of the keys that are known: a server is asked for these first, because it may have keys of several. */
export function knownAlgorithms({ stored, lines }: ServerKeys): string[] {
  const plain = lines.filter(({ marker }) => marker === 'plain').map(({ key }) => key)
  return [...stored, ...plain].map(({ algorithm }) => algorithm)
}

/**
 * Whether a server's key is taken, and why. A key of another algorithm than the known one counts as a changed key: the known one was
 * asked for first.
 *
 * @throws HostKeyError `host-key-unknown`, `host-key-changed`, `host-key-revoked`
 */
export function judgeHostKey(server: RouteServer, blob: Buffer, keys: ServerKeys): SeenHostKey {
  const offered = hostKeyOf(blob)
  const seen = (from: SeenHostKey['from']): SeenHostKey => ({
    host: server.host,
    port: server.port,
    key: offered,
    from,
  })
  const revoked = keys.lines.find((line) => line.marker === 'revoked' && line.blob.equals(blob))
  if (revoked !== undefined) throw revokedKey(server, offered, revoked)
  const plain = keys.lines.filter(({ marker }) => marker === 'plain')
  const known = keys.stored.length > 0 ? keys.stored : plain.map(({ key }) => key)
  if (known.some(({ fingerprint }) => fingerprint === offered.fingerprint))
    return seen(keys.stored.length > 0 ? 'stored' : 'known-hosts')
  if (keys.replace.includes(offered.fingerprint)) return seen('replaced')
  if (known.length > 0) throw changedKey(server, offered, known, keys.stored.length > 0 ? undefined : plain[0])
  if (keys.accept.includes(offered.fingerprint)) return seen('accepted')
  throw unknownKey(server, offered, keys.lines)
}

function words({ algorithm, fingerprint }: HostKey): string {
  return `${algorithm} ${fingerprint}`
}

function placeOf({ host, port }: RouteServer): string {
  return `${host}, port ${port},`
}

function revokedKey(server: RouteServer, offered: HostKey, { file, line }: KnownHostLine): HostKeyError {
  return new HostKeyError(
    'host-key-revoked',
    `The key of ${placeOf(server)} is marked as revoked; nothing was sent to it.`,
    { server, offered, known: [] },
    { found: words(offered), hint: 'Give the server a new key.', where: { file, line, column: 1 } },
  )
}

function changedKey(
  server: RouteServer,
  offered: HostKey,
  known: readonly HostKey[],
  line: KnownHostLine | undefined,
): HostKeyError {
  return new HostKeyError(
    'host-key-changed',
    `The key of ${placeOf(server)} is not the one that was accepted. Its system was installed anew, another machine has its address now, or somebody listens in; nothing was sent to it.`,
    { server, offered, known },
    {
      expected: known.map(words).join(' or '),
      found: words(offered),
      hint: nextStep('replace-key'),
      ...(line === undefined ? {} : { where: { file: line.file, line: line.line, column: 1 } }),
    },
  )
}

function unknownKey(server: RouteServer, offered: HostKey, lines: readonly KnownHostLine[]): HostKeyError {
  const authority = lines.some(({ marker }) => marker === 'cert-authority')
  return new HostKeyError(
    'host-key-unknown',
    `Nothing is known yet of the key of ${placeOf(server)} and nothing was sent to it.`,
    { server, offered, known: [] },
    {
      expected: authority
        ? 'a key that was accepted: certificates of @cert-authority are not supported'
        : 'a key that was accepted',
      found: words(offered),
      hint: nextStep('accept-key', offered.fingerprint),
    },
  )
}

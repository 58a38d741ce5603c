import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { HostKey } from '../../shared/contract/board.ts'
import { matchesAny } from './patterns.ts'

export type HostMarker = 'plain' | 'revoked' | 'cert-authority'

/** A line of a known_hosts file that speaks of a server. */
export interface KnownHostLine {
  marker: HostMarker
  key: HostKey
  blob: Buffer
  file: string
  line: number
}

/**
 * The lines of a known_hosts file for a server: names, patterns, negated patterns, hashed names, `[host]:port`, `@revoked` and
 * `@cert-authority`. What cannot be read is passed over, as `ssh` does. A revoked key counts for every server that its names match.
 *
 * @see sshd(8), SSH_KNOWN_HOSTS FILE FORMAT
 */
export function knownHostLines(text: string, file: string, server: { host: string; port: number }): KnownHostLine[] {
  const name = knownHostName(server)
  return text.split('\n').flatMap((line, index) => {
    const read = readLine(line.trim())
    if (read === undefined || !namesMatch(read.names, name)) return []
    return [{ marker: read.marker, key: hostKeyOf(read.blob), blob: read.blob, file, line: index + 1 }]
  })
}

/** A server's name in those files. */
export function knownHostName({ host, port }: { host: string; port: number }): string {
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`
}

/** Algorithm and fingerprint of a public key in the form of SSH (RFC 4253, section 6.6). */
export function hostKeyOf(blob: Buffer): HostKey {
  const fingerprint = `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
  return { algorithm: algorithmOf(blob) ?? 'unknown', fingerprint }
}

function algorithmOf(blob: Buffer): string | undefined {
  if (blob.length < 4) return undefined
  const length = blob.readUInt32BE(0)
  const name = blob.subarray(4, 4 + length).toString('latin1')
  return length <= 64 && /^[a-z0-9@.-]+$/.test(name) ? name : undefined
}

function readLine(line: string): { marker: HostMarker; names: string; blob: Buffer } | undefined {
  if (line === '' || line.startsWith('#')) return undefined
  const words = line.split(/\s+/)
  const marker = words[0]!.startsWith('@') ? words.shift()!.slice(1) : 'plain'
  if (marker !== 'plain' && marker !== 'revoked' && marker !== 'cert-authority') return undefined
  const [names, algorithm, key] = words
  if (names === undefined || key === undefined) return undefined
  const blob = Buffer.from(key, 'base64')
  return algorithmOf(blob) === algorithm ? { marker, names, blob } : undefined
}

function namesMatch(names: string, name: string): boolean {
  return names.startsWith('|') ? hashMatches(names, name) : matchesAny(names.split(','), name)
}

/** `|1|salt|HMAC-SHA1(salt, name)`: the hash hides names, it guards nothing. */
function hashMatches(names: string, name: string): boolean {
  const [, version, salt = '', hash = ''] = names.split('|')
  const expected = Buffer.from(hash, 'base64')
  const found = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest()
  return version === '1' && expected.length === found.length && timingSafeEqual(expected, found)
}

import type { Algorithms } from 'ssh2'

/**
 * What is offered to a server, the best first: nothing with SHA-1, no CBC, no compression.
 *
 * @param known  algorithms of the host keys that are known
 * @param jumped whether the connection goes through other servers: ssh2 1.17 garbles ChaCha20-Poly1305 inside of another connection, which
 * OpenSSH ends with `Corrupted padlen`
 * @see RFC 9142 for key exchanges, RFC 8332 for RSA with SHA-2
 */
export function safeAlgorithms(known: readonly string[], jumped: boolean): Algorithms {
  return {
    kex: [
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp256',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group-exchange-sha256',
      'diffie-hellman-group16-sha512',
      'diffie-hellman-group18-sha512',
      'diffie-hellman-group14-sha256',
    ],
    serverHostKey: knownFirst(known),
    cipher: [
      'aes128-gcm@openssh.com',
      'aes256-gcm@openssh.com',
      'aes128-ctr',
      'aes192-ctr',
      'aes256-ctr',
      ...(jumped ? [] : (['chacha20-poly1305@openssh.com'] as const)),
    ],
    hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
    compress: ['none'],
  }
}

type HostKeyAlgorithm = NonNullable<Extract<Algorithms['serverHostKey'], readonly unknown[]>>[number]

const hostKeys: readonly HostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]

function knownFirst(known: readonly string[]): HostKeyAlgorithm[] {
  const isKnown = (name: string) => known.includes(name.startsWith('rsa-') ? 'ssh-rsa' : name)
  return [...hostKeys.filter(isKnown), ...hostKeys.filter((name) => !isKnown(name))]
}

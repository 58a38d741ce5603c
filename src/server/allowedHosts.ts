import { isIP } from 'node:net'
import { AppError } from '../shared/errors.ts'

/** A name that this server answers to, as browsers write it in `Host` and `Origin`. */
export interface AllowedHost {
  /** `127.0.0.1:8080`, `gauge.example.org` */
  readonly host: string
  /** `http://127.0.0.1:8080`, `https://gauge.example.org` */
  readonly origin: string
}

/** The names that a server has by itself: the loopback ones, and its address where it is one of a single interface. */
export function ownHosts(address: string, port: number): AllowedHost[] {
  const names = new Set(['127.0.0.1', 'localhost', '[::1]'])
  if (!isWildcard(address)) names.add(isIP(address) === 6 ? `[${address}]` : address.toLowerCase())
  return [...names].map((name) => hostOf('http', name, String(port)))
}

/**
 * Reads one `--allow-host`: `name`, `name:port` or a whole origin as `https://name`. Without a scheme it is http; without a port it is the
 * server's own port for http and 443 for https.
 *
 * @throws AppError `usage-invalid`
 */
export function parseAllowedHost(text: string, port: number): AllowedHost {
  const match = /^(?:(https?):\/\/)?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::(\d{1,5}))?\/?$/i.exec(text)
  if (match === null || text.length > 255 || Number(match[3] ?? 1) > 65535) {
    throw new AppError('usage-invalid', 'A host to allow is not a name.', {
      expected: 'name, name:port or https://name',
      found: JSON.stringify(text.slice(0, 100)),
    })
  }
  const scheme = match[1]?.toLowerCase() === 'https' ? 'https' : 'http'
  return hostOf(scheme, String(match[2]).toLowerCase(), match[3] ?? (scheme === 'https' ? '443' : String(port)))
}

/** True where only this machine reaches the address. */
export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || /^[0:]+$/.test(address)
}

function hostOf(scheme: 'http' | 'https', name: string, port: string): AllowedHost {
  const standard = port === (scheme === 'https' ? '443' : '80')
  const host = standard ? name : `${name}:${port}`
  return { host, origin: `${scheme}://${host}` }
}

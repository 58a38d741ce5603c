import { existsSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { BoardHop, BoardJump, BoardServer, BoardTarget } from '../../shared/contract/board.ts'
import { AppError } from '../../shared/errors.ts'
import { readText, type ConfigFile } from './configFiles.ts'
import { readServerOptions, type ServerOptions } from './sshConfig.ts'

/** A server on the way, the board last. */
export interface RouteServer {
  /** as it was named */
  name: string
  host: string
  port: number
  user: string
  /** on the way to the board */
  jump: boolean
  keyFiles: { path: string; /** was asked for, so that it must be there */ named: boolean }[]
  /** of an agent's keys only those of `keyFiles` */
  identitiesOnly: boolean
  /** null: the usual ones */
  knownHostsFiles: string[] | null
}

export interface Route {
  servers: RouteServer[]
}

const usualKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa']
const deepest = 5

/**
 * The servers that a connection passes, by the target and the SSH configuration.
 *
 * @throws AppError `ssh-option-refused`, `input-invalid`, `not-found` and `permission-denied` for the configuration's file
 */
export function planRoute(target: BoardTarget, home = homedir()): Route {
  const config = readConfig(target.config, home)
  const servers = serversTo(target, { config, home, depth: 0, jumps: target.jumps, keys: target.keys ?? [] })
  return { servers }
}

/**
 * The servers on the way to a board and the board itself, as they are known by.
 *
 * @throws AppError as {@link planRoute}
 */
export function routeTo(target: BoardTarget): BoardServer[] {
  return planRoute(target).servers.map(({ name, host, port, jump }) => ({ name, host, port, jump }))
}

interface Planning {
  config: ConfigFile
  home: string
  depth: number
  jumps: readonly BoardJump[] | undefined
  keys: readonly string[]
}

function serversTo(hop: BoardHop, planning: Planning): RouteServer[] {
  const { config, home, depth, keys } = planning
  if (depth > deepest) {
    throw new AppError('input-invalid', 'The way to the board goes through too many servers.', {
      expected: `at most ${deepest}`,
      hint: 'Look for a ProxyJump that leads back to itself.',
    })
  }
  const localUser = userInfo().username
  const asked = { host: hop.host, user: hop.user, localUser, home }
  const options = readServerOptions(config, asked, planning.jumps !== undefined)
  const server = { ...serverOf(hop, options, { home, keys, localUser }), jump: depth > 0 }
  const jumps: readonly BoardJump[] = planning.jumps ?? parseJumps(options.proxyJump, config.file)
  const before = jumps.flatMap((jump, k) =>
    serversTo(jump, { ...planning, depth: depth + 1, jumps: k === 0 ? undefined : [], keys: jump.keys ?? [] }),
  )
  return [...before, server]
}

function serverOf(
  hop: BoardHop,
  options: ServerOptions,
  { home, keys, localUser }: { home: string; keys: readonly string[]; localUser: string },
): Omit<RouteServer, 'jump'> {
  const host = unbracket((options.hostName ?? hop.host).replaceAll('%h', hop.host).replaceAll('%%', '%')).toLowerCase()
  const port = hop.port ?? options.port ?? 22
  const user = hop.user ?? options.user ?? localUser
  const expand = (path: string) => expandPath(path, { '%': '%', d: home, h: host, r: user, u: localUser }, home)
  const named = [...keys, ...options.identityFiles].filter((path) => path.toLowerCase() !== 'none').map(expand)
  const usual =
    keys.length + options.identityFiles.length > 0
      ? []
      : usualKeys.map((name) => join(home, '.ssh', name)).filter((path) => existsSync(path))
  return {
    name: hop.host,
    host,
    port,
    user,
    keyFiles: [
      ...named.map((path, k) => ({ path, named: k < keys.length })),
      ...usual.map((path) => ({ path, named: false })),
    ],
    identitiesOnly: options.identitiesOnly,
    knownHostsFiles: options.userKnownHostsFiles?.filter((path) => path.toLowerCase() !== 'none').map(expand) ?? null,
  }
}

function unbracket(host: string): string {
  return /^\[(.*)\]$/.exec(host)?.[1] ?? host
}

function expandPath(path: string, tokens: Readonly<Record<string, string>>, home: string): string {
  const whole = path === '~' || path.startsWith('~/') ? `${home}${path.slice(1)}` : path
  return whole.replaceAll(/%(.)/g, (both, token: string) => tokens[token] ?? both)
}

/** `[user@]host[:port]` or `ssh://[user@]host[:port]`, with commas between them. */
function parseJumps(text: string | undefined, file: string): BoardHop[] {
  if (text === undefined || text.toLowerCase() === 'none') return []
  return text.split(',').map((jump) => {
    const found = /^(?:ssh:\/\/)?(?:([^@\s]+)@)?(\[[^\]\s]+\]|[^:\s/]+)(?::(\d{1,5}))?\/?$/.exec(jump.trim())
    if (found === null) {
      throw new AppError('input-invalid', 'A ProxyJump of the SSH configuration cannot be read.', {
        expected: '[user@]host[:port], with commas between them',
        found: jump,
        where: { file, line: 1, column: 1 },
      })
    }
    const [, user, host = '', port] = found
    return {
      host: unbracket(host),
      ...(user === undefined ? {} : { user }),
      ...(port === undefined ? {} : { port: Number(port) }),
    }
  })
}

function readConfig(named: string | null | undefined, home: string): ConfigFile {
  if (named === null) return { file: '', text: '' }
  const file = named === undefined ? join(home, '.ssh', 'config') : expandPath(named, {}, home)
  if (named === undefined && !existsSync(file)) return { file, text: '' }
  return { file, text: readText(file, 'The SSH configuration', { ours: named === undefined }) }
}

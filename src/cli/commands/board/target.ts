import type { Command } from 'commander'
import type { BoardHop, BoardJump, BoardTarget } from '../../../shared/contract/board.ts'
import { AppError } from '../../../shared/errors.ts'
import { repeated } from '../dataset/options.ts'
import { ofServer } from './ofServer.ts'

export interface TargetFlags {
  key?: string[]
  jump?: string[]
  jumpKey?: string[]
  config?: string | false
}

export function targetFlags(command: Command): Command {
  return command
    .option('--key <file>', 'a private key; may be given again', repeated)
    .option('--jump <address>', 'a server to go through, user@host:port; may be given again', repeated)
    .option('--jump-key <file>', 'a private key for the server of --jump; host=file where there are several', repeated)
    .option('--config <file>', 'in the place of ~/.ssh/config')
    .option('--no-config', 'read no SSH configuration')
}

/** `user@host:port`, with `[…]` around an address that has colons. */
export function parseTarget(address: string, { key, jump, jumpKey = [], config }: TargetFlags): BoardTarget {
  const jumps = withKeys((jump ?? []).map(parseAddress), jumpKey)
  return {
    ...parseAddress(address),
    ...(key === undefined ? {} : { keys: key }),
    ...(jump === undefined ? {} : { jumps }),
    ...(config === false ? { config: null } : typeof config === 'string' ? { config } : {}),
  }
}

/** A file stands for the only server on the way, or behind the name of one. */
function withKeys(jumps: readonly BoardHop[], given: readonly string[]): BoardJump[] {
  const keys = new Map<string, string[]>()
  for (const one of given) {
    const { name, file } = keyOf(one, jumps)
    keys.set(name, [...(keys.get(name) ?? []), file])
  }
  return jumps.map((jump) => (keys.has(jump.host) ? { ...jump, keys: keys.get(jump.host)! } : jump))
}

function keyOf(given: string, jumps: readonly BoardHop[]): { name: string; file: string } {
  const named = jumps.some(({ host }) => given.startsWith(`${host}=`)) ? ofServer(given, 'a key') : null
  if (named !== null) return named
  const [only, ...others] = jumps
  if (only !== undefined && others.length === 0) return { name: only.host, file: given }
  throw new AppError('usage-invalid', 'It is not said which server on the way a key is for.', {
    expected: only === undefined ? '--jump with the server' : 'the name of a server of --jump, = and a file',
    found: given,
    hint: 'Servers of the SSH configuration have their keys there, by IdentityFile.',
  })
}

function parseAddress(text: string): BoardHop {
  const found = /^(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text)
  const host = found?.[2] ?? found?.[3]
  if (found === null || host === undefined) {
    throw new AppError('usage-invalid', `${JSON.stringify(text)} is no address.`, {
      expected: 'user@host:port, with [ ] around an address that has colons',
    })
  }
  const [, user, , , port] = found
  return { host, ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port: Number(port) }) }
}

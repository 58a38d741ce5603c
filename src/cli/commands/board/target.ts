import type { Command } from 'commander'
import type { BoardHop, BoardTarget } from '../../../shared/contract/board.ts'
import { AppError } from '../../../shared/errors.ts'
import { repeated } from '../dataset/options.ts'

export interface TargetFlags {
  key?: string[]
  jump?: string[]
  config?: string | false
}

export function targetFlags(command: Command): Command {
  return command
    .option('--key <file>', 'a private key; may be given again', repeated)
    .option('--jump <address>', 'a server to go through, user@host:port; may be given again', repeated)
    .option('--config <file>', 'in the place of ~/.ssh/config')
    .option('--no-config', 'read no SSH configuration')
}

/** `user@host:port`, with `[…]` around an address that has colons. */
export function parseTarget(address: string, { key, jump, config }: TargetFlags): BoardTarget {
  return {
    ...parseAddress(address),
    ...(key === undefined ? {} : { keys: key }),
    ...(jump === undefined ? {} : { jumps: jump.map(parseAddress) }),
    ...(config === false ? { config: null } : typeof config === 'string' ? { config } : {}),
  }
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

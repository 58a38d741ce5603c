import { readFileSync } from 'node:fs'
import ssh2, {
  createAgent,
  type BaseAgent,
  type IdentityCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2'
import { boardAuthentications, type BoardAuthentication } from '../../shared/contract/board.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import type { ServerSecrets } from '../connection.ts'
import { aboutJump } from './failures.ts'
import type { RouteServer } from './route.ts'

// Node finds no name `utils` in this package, which is CommonJS.
const { parseKey } = ssh2.utils

/** What there is to try. */
export interface Attempt {
  way: BoardAuthentication
  /** as the server calls it */
  method: 'publickey' | 'password' | 'keyboard-interactive'
  key?: ParsedKey
  agent?: BaseAgent
}

export interface Attempts {
  list: Attempt[]
  password: string | undefined
  /** why something was not tried, a clause each */
  left: string[]
}

interface Asked {
  server: RouteServer
  secrets: ServerSecrets
  ways: readonly BoardAuthentication[] | undefined
  agent: string | null
  /** somebody answers prompts */
  answers: boolean
}

/**
 * The ways into a server for which there is something to try, keys that were asked for before those that happen to be there.
 *
 * @throws AppError `secret-needed` for a wrong passphrase, or a missing one where there is no other way; `not-found`, `permission-denied`,
 * `input-invalid` for a key that was asked for
 */
export function planAttempts({ server, secrets, ways = boardAuthentications, agent, answers }: Asked): Attempts {
  const left: string[] = []
  const keys = ways.includes('key') ? server.keyFiles.flatMap((file) => readKey(file, secrets.passphrase, left)) : []
  const attemptsOf: Record<BoardAuthentication, () => Attempt[]> = {
    key: () => keys.map((key) => ({ way: 'key', method: 'publickey', key })),
    agent: () =>
      agent === null || agent === ''
        ? []
        : [
            {
              way: 'agent',
              method: 'publickey',
              agent: safeAgent(agent, server.identitiesOnly ? server.keyFiles : null),
            },
          ],
    password: () => (secrets.password === undefined ? [] : [{ way: 'password', method: 'password' }]),
    'keyboard-interactive': () =>
      secrets.password === undefined && !answers
        ? []
        : [{ way: 'keyboard-interactive', method: 'keyboard-interactive' }],
  }
  const list = ways.flatMap((way) => attemptsOf[way]())
  if (list.length > 0) return { list, left, password: secrets.password }
  throw new AppError('secret-needed', `There is nothing to log in to ${server.host} with.`, {
    expected: 'a key, an agent or a password',
    found: left.length > 0 ? left.join('; ') : 'none of them',
    hint: server.jump ? nextStep('give-secret-on-the-way', server.name) : nextStep('give-secret'),
    ...aboutJump(server),
  })
}

function readKey(file: RouteServer['keyFiles'][number], passphrase: string | undefined, left: string[]): ParsedKey[] {
  const text = readKeyFile(file, left)
  if (text === undefined) return []
  const keys = parseKey(text)
  if (!(keys instanceof Error)) return privateKeys(keys, file, left)
  if (!/passphrase/i.test(keys.message)) return unusable(file, keys.message, left)
  if (passphrase === undefined) {
    left.push(`the key ${file.path} needs a passphrase`)
    return []
  }
  const opened = parseKey(text, passphrase)
  if (!(opened instanceof Error)) return privateKeys(opened, file, left)
  if (!file.named) {
    left.push(`the passphrase is not that of the key ${file.path}`)
    return []
  }
  throw new AppError('secret-needed', `The passphrase is not that of the key ${file.path}.`, {
    hint: 'Try the passphrase with `ssh-keygen -y -f` on the key.',
  })
}

function privateKeys(
  keys: ParsedKey | ParsedKey[],
  file: RouteServer['keyFiles'][number],
  left: string[],
): ParsedKey[] {
  const [key] = [keys].flat()
  return key?.isPrivateKey() === true ? [withoutSha1(key)] : unusable(file, 'no private key', left)
}

function unusable({ path, named }: RouteServer['keyFiles'][number], found: string, left: string[]): [] {
  left.push(`the key ${path} cannot be used`)
  if (!named) return []
  throw new AppError('input-invalid', `The key ${path} cannot be used.`, {
    expected: 'a private key in the form of OpenSSH or PEM',
    found,
  })
}

function readKeyFile({ path, named }: RouteServer['keyFiles'][number], left: string[]): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    left.push(`the key ${path} cannot be read`)
    if (!named) return undefined
    throw new AppError(code === 'ENOENT' ? 'not-found' : 'permission-denied', `The key ${path} cannot be read.`, {
      found: code,
      cause,
    })
  }
}

/** A server that does not tell its algorithms would be given RSA with SHA-1. */
const noSha1 = 'the server takes RSA keys with SHA-1 only'

function withoutSha1(key: ParsedKey): ParsedKey {
  if (key.type !== 'ssh-rsa') return key
  const sign = key.sign.bind(key)
  key.sign = (data, algorithm) =>
    algorithm === 'sha256' || algorithm === 'sha512' ? sign(data, algorithm) : (new Error(noSha1) as never)
  return key
}

/** An agent that signs nothing with SHA-1 and, where files are given, shows only their keys. It is never forwarded. */
function safeAgent(socket: string, files: RouteServer['keyFiles'] | null): BaseAgent {
  const agent = createAgent(socket)
  const wanted = files?.flatMap(({ path }) => publicPart(path))
  const isWanted = (key: ParsedKey) => wanted?.some((blob) => blob.equals(key.getPublicSSH())) ?? true
  const getIdentities = agent.getIdentities.bind(agent) as (done: IdentityCallback<ParsedKey>) => void
  const sign = agent.sign.bind(agent) as Sign
  const guarded: { getIdentities: typeof getIdentities; sign: Sign } = {
    getIdentities: (done) =>
      getIdentities((error, keys) => done(error, (keys as ParsedKey[] | undefined)?.filter(isWanted))),
    sign: (key, data, options, done) => {
      const weak = key.type === 'ssh-rsa' && options.hash !== 'sha256' && options.hash !== 'sha512'
      if (weak) done(new Error(noSha1))
      else sign(key, data, options, done)
    },
  }
  return Object.assign(agent, guarded as unknown as Partial<BaseAgent>)
}

type Sign = (key: ParsedKey, data: Buffer, options: SigningRequestOptions, done: SignCallback) => void

function publicPart(path: string): Buffer[] {
  for (const file of [`${path}.pub`, path]) {
    try {
      const key = parseKey(readFileSync(file, 'utf8'))
      if (!(key instanceof Error)) return [[key].flat()[0]!.getPublicSSH()]
    } catch {
      // The other file may be there.
    }
  }
  return []
}

import { SSHConfig } from 'ssh-config'
import type { Directive, Line, Match, Section } from 'ssh-config'
import { AppError } from '../../shared/errors.ts'
import { matchesAny } from './patterns.ts'

/** What the configuration says of one server, as it is written there. */
export interface ServerOptions {
  hostName?: string
  user?: string
  port?: number
  identityFiles: string[]
  identitiesOnly: boolean
  /** `none` or servers with commas between them */
  proxyJump?: string
  userKnownHostsFiles?: string[]
  /** lines of Include, which are passed over */
  includes: number[]
}

export interface ConfigFile {
  /** for messages */
  file: string
  text: string
}

interface PlacedDirective {
  directive: Directive
  line: number
}

const programs = new Set(['localcommand', 'remotecommand', 'proxycommand'])
const criteria = new Set(['all', 'host', 'originalhost', 'user', 'localuser', 'exec'])

/**
 * The allowed part of ssh_config(5) for a host: the first value of each option counts, identity files add up. Other options are
 * passed over.
 *
 * @param jumps whether the way to the server is given already, so that neither ProxyJump nor ProxyCommand counts
 * @throws AppError `ssh-option-refused` for what would run a program (ProxyCommand, LocalCommand, RemoteCommand, Match exec), and for
 * criteria of Match that are not judged here; `input-invalid` for a port that is none
 */
export function readServerOptions(
  { file, text }: ConfigFile,
  asked: { host: string; user: string | undefined; localUser: string },
  jumps: boolean,
): ServerOptions {
  const found: ServerOptions = { identityFiles: [], identitiesOnly: false, includes: [] }
  const seen = new Set<string>(jumps ? ['proxyjump', 'proxycommand'] : [])
  if (asked.user !== undefined) seen.add('user')
  const user = () => asked.user ?? found.user ?? asked.localUser
  const applies = (section: PlacedDirective) => {
    const { directive, line } = section
    if (directive.param.toLowerCase() === 'host') return matchesAny(wordsOf(directive), asked.host)
    return matchApplies(directive as Match, { file, line }, asked, found.hostName ?? asked.host, user())
  }
  for (const { directive, line } of activeDirectives(SSHConfig.parse(text), applies)) {
    const option = directive.param.toLowerCase()
    if (programs.has(option)) {
      if (!seen.has(option) && wordsOf(directive).join(' ').toLowerCase() !== 'none')
        throw refused(directive.param, file, line)
      if (option === 'proxycommand') seen.add('proxyjump')
    } else if (!seen.has(option)) {
      if (take(found, option, wordsOf(directive), { file, line })) seen.add(option)
      if (option === 'proxyjump') seen.add('proxycommand')
    }
  }
  return found
}

/** Whether no later value counts. */
function take(found: ServerOptions, option: string, words: string[], place: { file: string; line: number }): boolean {
  const [word = ''] = words
  if (option === 'include') found.includes.push(place.line)
  else if (option === 'identityfile') found.identityFiles.push(word)
  else if (option === 'hostname') found.hostName = word
  else if (option === 'user') found.user = word
  else if (option === 'port') found.port = portOf(word, place)
  else if (option === 'identitiesonly') found.identitiesOnly = word.toLowerCase() === 'yes'
  else if (option === 'proxyjump') found.proxyJump = word
  else if (option === 'userknownhostsfile') found.userKnownHostsFiles = words
  return !['include', 'identityfile'].includes(option)
}

function portOf(word: string, { file, line }: { file: string; line: number }): number {
  const port = Number(word)
  if (/^\d+$/.test(word) && port >= 1 && port <= 65_535) return port
  throw new AppError('input-invalid', 'A port of the SSH configuration is none.', {
    expected: 'a number from 1 to 65535',
    found: word,
    where: { file, line, column: 1 },
  })
}

function matchApplies(
  match: Match,
  { file, line }: { file: string; line: number },
  asked: { host: string; localUser: string },
  hostName: string,
  user: string,
): boolean {
  const values: Record<string, string> = { host: hostName, originalhost: asked.host, user, localuser: asked.localUser }
  const entries = Object.entries(match.criteria).map(([name, value]) => [name.toLowerCase(), value] as const)
  const excluded = entries.some(
    ([name, value]) => name in values && !matchesAny(textOf(value).split(','), values[name]!),
  )
  if (excluded) return false
  const [program] = entries.filter(([name]) => name === 'exec')
  if (program !== undefined) throw refused('Match exec', file, line)
  const unknown = entries.find(([name]) => !criteria.has(name))
  if (unknown !== undefined) throw refused(`Match ${unknown[0]}`, file, line)
  return true
}

function* activeDirectives(
  config: readonly Line[],
  applies: (section: PlacedDirective) => boolean,
): Generator<PlacedDirective> {
  let line = 1
  const passed = (text: string) => (line += text.split('\n').length - 1)
  function* walk(lines: readonly Line[], active: boolean): Generator<PlacedDirective> {
    for (const node of lines) {
      passed(node.before)
      if (node.type === SSHConfig.DIRECTIVE) {
        const placed = { directive: node, line }
        const section = 'config' in node ? (node as Section) : undefined
        if (section === undefined && active) yield placed
        passed(node.after)
        if (section !== undefined) yield* walk(section.config, applies(placed))
      } else passed(node.after)
    }
  }
  yield* walk(config, true)
}

function wordsOf({ value, quoted }: Directive): string[] {
  if (typeof value === 'string' && quoted === true) return [value]
  return typeof value === 'string' ? value.split(/\s+/).filter((word) => word !== '') : value.map(({ val }) => val)
}

function textOf(value: Match['criteria'][string]): string {
  return typeof value === 'string' ? value : value.map(({ val }) => val).join(',')
}

function refused(option: string, file: string, line: number): AppError {
  return new AppError(
    'ssh-option-refused',
    `The SSH configuration has ${option} for this host, which Bitgauge does not follow.`,
    {
      expected:
        'options that run no program: HostName, User, Port, IdentityFile, IdentitiesOnly, ProxyJump, UserKnownHostsFile',
      found: option,
      hint: 'Use ProxyJump, or add the board with its own address and another configuration file.',
      where: { file, line, column: 1 },
    },
  )
}

import { SSHConfig } from 'ssh-config'
import type { Directive, Line, Match, Section } from 'ssh-config'
import { AppError } from '../../shared/errors.ts'
import { includedFiles, readText, type ConfigFile } from './configFiles.ts'
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
}

export interface AskedServer {
  host: string
  user: string | undefined
  localUser: string
  /** where `~` and files without a folder are looked for */
  home: string
}

interface Place {
  file: string
  line: number
}

interface PlacedDirective {
  directive: Directive
  line: number
}

const programs = new Set(['localcommand', 'remotecommand', 'proxycommand'])

/** As OpenSSH has it: READCONF_MAX_DEPTH of readconf.c. */
const deepestInclude = 16
const mostIncludes = 1000

/**
 * The allowed part of ssh_config(5) for a host: the first value of each option counts, identity files add up. Files of Include are read where they are named.
 * Other options are passed over.
 *
 * @param jumps whether the way to the server is given already, so that neither ProxyJump nor ProxyCommand counts
 * @throws AppError `ssh-option-refused` for what would run a program (ProxyCommand, LocalCommand, RemoteCommand, Match exec), and for
 * criteria of Match that are not judged here; `input-invalid` for a port that is none and for Includes without an end; those of reading a file
 */
export function readServerOptions(config: ConfigFile, asked: AskedServer, jumps: boolean): ServerOptions {
  const reading = new ConfigReading(asked, jumps)
  reading.read(config, 0)
  return reading.found
}

class ConfigReading {
  readonly found: ServerOptions = { identityFiles: [], identitiesOnly: false }
  readonly #asked: AskedServer
  readonly #seen: Set<string>
  #included = 0

  constructor(asked: AskedServer, jumps: boolean) {
    this.#asked = asked
    this.#seen = new Set(jumps ? ['proxyjump', 'proxycommand'] : [])
    if (asked.user !== undefined) this.#seen.add('user')
  }

  read({ file, text }: ConfigFile, depth: number): void {
    const applies = (section: PlacedDirective): boolean => this.#applies(section, file)
    for (const { directive, line } of activeDirectives(SSHConfig.parse(text), applies)) {
      const option = directive.param.toLowerCase()
      if (option === 'include') this.#include(wordsOf(directive), { file, line }, depth + 1)
      else if (programs.has(option)) this.#judgeProgram(option, directive, { file, line })
      else this.#take(option, wordsOf(directive), { file, line })
    }
  }

  #applies({ directive, line }: PlacedDirective, file: string): boolean {
    const { host, user, localUser } = this.#asked
    if (directive.param.toLowerCase() === 'host') return matchesAny(wordsOf(directive), host, { exact: true })
    const hostName = (this.found.hostName ?? host).replaceAll('%h', host)
    const values = {
      host: hostName,
      originalhost: host,
      user: user ?? this.found.user ?? localUser,
      localuser: localUser,
    }
    return matchApplies(directive as Match, values, { file, line })
  }

  #include(patterns: readonly string[], { file, line }: Place, depth: number): void {
    if (depth > deepestInclude) {
      throw new AppError('input-invalid', 'The SSH configuration includes files without an end.', {
        expected: `at most ${deepestInclude}, each in the one before it`,
        where: { file, line, column: 1 },
      })
    }
    for (const included of patterns.flatMap((pattern) => includedFiles(pattern, this.#asked.home))) {
      this.#included += 1
      if (this.#included > mostIncludes)
        throw new AppError('too-large', 'The SSH configuration includes very many files.', {
          expected: `at most ${mostIncludes}`,
          where: { file, line, column: 1 },
        })
      this.read({ file: included, text: readText(included, 'The SSH configuration', { ours: true }) }, depth)
    }
  }

  #judgeProgram(option: string, directive: Directive, { file, line }: Place): void {
    if (!this.#seen.has(option) && wordsOf(directive).join(' ').toLowerCase() !== 'none')
      throw refused(directive.param, file, line)
    if (option === 'proxycommand') this.#seen.add('proxyjump')
  }

  #take(option: string, words: string[], place: Place): void {
    if (this.#seen.has(option)) return
    if (take(this.found, option, words, place)) this.#seen.add(option)
    if (option === 'proxyjump') this.#seen.add('proxycommand')
  }
}

/** Whether no later value counts. */
function take(found: ServerOptions, option: string, words: string[], place: Place): boolean {
  const [word = ''] = words
  if (option === 'identityfile') found.identityFiles.push(word)
  else if (option === 'hostname') found.hostName = word
  else if (option === 'user') found.user = word
  else if (option === 'port') found.port = portOf(word, place)
  else if (option === 'identitiesonly') found.identitiesOnly = /^(yes|true)$/i.test(word)
  else if (option === 'proxyjump') found.proxyJump = word
  else if (option === 'userknownhostsfile') found.userKnownHostsFiles = words
  return option !== 'identityfile'
}

function portOf(word: string, { file, line }: Place): number {
  const port = Number(word)
  if (/^\d+$/.test(word) && port >= 1 && port <= 65_535) return port
  throw new AppError('input-invalid', 'A port of the SSH configuration is none.', {
    expected: 'a number from 1 to 65535',
    found: word,
    where: { file, line, column: 1 },
  })
}

/** Criteria come in pairs, each perhaps with `!` before it; one that would run a program counts only where the others apply. */
function matchApplies(match: Match, values: Readonly<Record<string, string>>, { file, line }: Place): boolean {
  const words = wordsOf(match)
  const found: { name: string; negated: boolean; value: string }[] = []
  for (let k = 0; k < words.length; k += 1) {
    const word = words[k]!.toLowerCase()
    const name = word.replace(/^!/, '')
    found.push({ name, negated: word !== name, value: word === 'all' ? '' : (words[++k] ?? '') })
  }
  const excluded = found.some(
    ({ name, negated, value }) =>
      name in values && matchesAny(value.split(','), values[name]!, { exact: !/host/.test(name) }) === negated,
  )
  if (excluded) return false
  const program = found.find(({ name }) => name === 'exec')
  if (program !== undefined) throw refused('Match exec', file, line)
  const unknown = found.find(({ name, negated }) => !(name in values) && (name !== 'all' || negated))
  if (unknown !== undefined) throw refused(`Match ${unknown.name}`, file, line)
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

import type { BoardAuthentication, BoardHop, BoardJump, BoardTarget } from '../../../shared/contract/board.ts'
import { boardHopSchema, boardHostSchema, boardPortSchema, boardUserSchema } from '../../../shared/contract/board.ts'
import { boardNameSchema, type BoardAddInput, type BoardSecrets } from '../../../shared/contract/boardCalls.ts'
import { describeError, type ErrorRecord } from '../../../shared/errors.ts'
import { asksSecret, noSecrets, secretsFor, type TypedSecrets } from './secrets.ts'

/** `usual`: as `ssh` would, by its configuration and its keys. */
export type WayIn = 'usual' | BoardAuthentication

/** What a reader has typed. Secrets stand here alone, for as long as the dialog is open. */
export interface AddForm {
  name: string
  host: string
  user: string
  port: string
  jumps: string
  way: WayIn
  keyFile: string
  passphrase: string
  password: string
  /** files of private keys for servers on the way, by their names */
  jumpKeys: Record<string, string>
  /** of servers on the way, by their names */
  jumpSecrets: Record<string, TypedSecrets>
}

export function emptyForm(): AddForm {
  const where = { name: '', host: '', user: '', port: '', jumps: '', way: 'usual' as const, keyFile: '' }
  return { ...where, jumpKeys: {}, ...withoutSecrets }
}

const withoutSecrets = { ...noSecrets, jumpSecrets: {} }

/** What was typed, but for the secrets: they have been sent. */
export function cleared(form: AddForm): AddForm {
  return { ...form, ...withoutSecrets }
}

/** Names of the servers on the way, each once; none while they cannot be read. */
export function jumpNames(form: Pick<AddForm, 'jumps'>): string[] {
  return [...new Set((hopsOf(form.jumps) ?? []).map(({ host }) => host))]
}

/** What is wrong, a sentence a field; fields that are right are left out. */
export type AddProblems = Partial<Record<keyof AddForm, string>>

export function addProblems(form: AddForm, taken: readonly string[]): AddProblems {
  const problems: AddProblems = {}
  const name = boardNameSchema.safeParse(form.name.trim())
  if (!name.success) problems.name = sentence(name.error.issues[0]?.message ?? 'must be a name')
  else if (taken.includes(name.data)) problems.name = `There is a board ${name.data} already.`
  const host = boardHostSchema.safeParse(form.host.trim())
  if (!host.success) problems.host = 'Must be a host name, an address or a Host of the SSH configuration.'
  if (form.user.trim() !== '' && !boardUserSchema.safeParse(form.user.trim()).success)
    problems.user = 'Must be a user name.'
  if (form.port.trim() !== '' && portOf(form.port) === null) problems.port = 'Must be a number from 1 to 65,535.'
  if (hopsOf(form.jumps) === null) problems.jumps = 'Must be user@host:port, several with commas between, at most four.'
  if (form.way === 'key' && form.keyFile.trim() === '') problems.keyFile = 'Must be the file of a private key.'
  if (form.way === 'password' && form.password === '')
    problems.password = 'Must be the password of the user on the board.'
  return problems
}

/** What the host found wrong, at the field that it is about; empty where it is about none, or about a server on the way. */
export function refusedFields(form: AddForm, problem: ErrorRecord | null): AddProblems {
  if (problem === null || problem.subject !== undefined) return {}
  const words = describeError(problem)
  if (problem.code === 'conflict') return { name: words }
  if (problem.code === 'host-unreachable') return { host: words }
  if (asksSecret(problem) && form.way === 'password') return { password: words }
  if (problem.code === 'secret-needed' && form.way === 'key') return { passphrase: words }
  const isKey = problem.code === 'not-found' || problem.code === 'permission-denied' || problem.code === 'input-invalid'
  return isKey && form.way === 'key' ? { keyFile: words } : {}
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`
}

function portOf(text: string): number | null {
  const port = boardPortSchema.safeParse(Number(text.trim()))
  return /^\d+$/.test(text.trim()) && port.success ? port.data : null
}

/** `[user@]host[:port]`, several with commas between; null where one is none. */
export function hopsOf(text: string): BoardHop[] | null {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const hops = parts.map(hopOf)
  return hops.length <= 4 && hops.every((hop) => hop !== null) ? hops : null
}

function hopOf(text: string): BoardHop | null {
  const [, user, bracketed, plain, port] =
    /^(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:]+|[0-9a-f:]+))(?::(\d+))?$/i.exec(text) ?? []
  const host = bracketed ?? plain
  if (host === undefined) return null
  const hop = { host, ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port: Number(port) }) }
  const parsed = boardHopSchema.safeParse(hop)
  return parsed.success ? parsed.data : null
}

/** The board without its secrets. */
export function targetOf(form: AddForm): BoardTarget {
  const port = portOf(form.port)
  const hops = hopsOf(form.jumps) ?? []
  const authentication: BoardAuthentication[] | null = form.way === 'usual' ? null : [form.way]
  return {
    host: form.host.trim(),
    ...(form.user.trim() === '' ? {} : { user: form.user.trim() }),
    ...(port === null ? {} : { port }),
    ...(form.way === 'key' ? { keys: [form.keyFile.trim()] } : {}),
    ...(authentication === null ? {} : { authentication }),
    ...(hops.length === 0 ? {} : { jumps: hops.map((hop) => withKey(hop, form.jumpKeys[hop.host] ?? '')) }),
  }
}

function withKey(hop: BoardHop, file: string): BoardJump {
  return file.trim() === '' ? hop : { ...hop, keys: [file.trim()] }
}

export function secretsOf(form: AddForm): BoardSecrets {
  const password = form.way === 'password' ? form.password : ''
  const passphrase = form.way === 'key' ? form.passphrase : ''
  const names = jumpNames(form)
  const jumps = Object.entries(form.jumpSecrets).filter(([name]) => names.includes(name))
  return secretsFor({ password, passphrase }, Object.fromEntries(jumps))
}

export function addInput(form: AddForm): BoardAddInput {
  return { name: form.name.trim(), target: targetOf(form), secrets: secretsOf(form) }
}

/** A name for what was found on the network that no board has yet: letters, digits and hyphens. */
export function nameFor(found: string, taken: readonly string[]): string {
  const base =
    found
      .toLowerCase()
      .replace(/\.local\.?$/, '')
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 40) || 'board'
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`
    if (!taken.includes(name)) return name
  }
}

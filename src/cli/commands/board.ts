import type { Command } from 'commander'
import type { OfferedKey } from '../../shared/contract/board.ts'
import {
  boardAddInputSchema,
  boardCheckInputSchema,
  boardRemoveInputSchema,
  boardTrustInputSchema,
  type BoardAdded,
  type BoardChecked,
  type BoardDiscovered,
  type BoardEntry,
  type BoardList,
  type BoardRemoved,
  type BoardShown,
  type BoardTrusted,
} from '../../shared/contract/boardCalls.ts'
import type { CommandContext, Define, Outcome } from '../command.ts'
import { printable } from '../output.ts'
import { megabytes, table } from '../table.ts'
import { withHost } from '../withHost.ts'
import { secretFlags, secretsOf, type SecretFlags } from './board/secrets.ts'
import { parseTarget, targetFlags, type TargetFlags } from './board/target.ts'
import { parseUsage } from './dataset/options.ts'

export function configure(command: Command, define: Define): void {
  command.addHelpText(
    'after',
    '\nThis machine is the board local.\n\nExamples:\n  bitgauge board add pi5 lab@pi5.local --host-key SHA256:…\n  bitgauge board check pi5 --json\n',
  )
  const add = command
    .command('add')
    .description('a board by its address; its key is shown first, and taken by --host-key')
    .argument('<name>', 'what to call it')
    .argument('<address>', 'user@host:port, a host, or a Host of ~/.ssh/config')
    .option('--host-key <fingerprint>', 'the key that it must have: SHA256:…')
  secretFlags(targetFlags(add))
    .addHelpText(
      'after',
      '\nExample:\n  bitgauge board add pi5 lab@pi5.local --key ~/.ssh/boards --host-key SHA256:…\n',
    )
    .action(define('board-add', addBoard))
  command
    .command('list')
    .description('boards, with what they were when they were seen last')
    .option('--discover', 'those of the local network that tell of themselves')
    .addHelpText('after', '\nExample:\n  bitgauge board list --json\n')
    .action(define('board-list', listBoards))
  command
    .command('show')
    .description('what a board is, and how it has changed')
    .argument('<board>', 'its name')
    .addHelpText('after', '\nExample:\n  bitgauge board show local\n')
    .action(define('board-show', showBoard))
  secretFlags(
    command
      .command('check')
      .description('connect, and say what would spoil a measurement')
      .argument('<board>', 'its name'),
  )
    .addHelpText('after', '\nExit code 3: there are warnings.\n\nExample:\n  bitgauge board check pi5\n')
    .action(define('board-check', checkBoard))
  secretFlags(
    command
      .command('trust')
      .description('take a host key, also in the place of another one; without --host-key it is shown')
      .argument('<board>', 'its name')
      .option('--host-key <fingerprint>', 'the key: SHA256:…'),
  )
    .addHelpText('after', '\nExample:\n  bitgauge board trust pi5 --host-key SHA256:…\n')
    .action(define('board-trust', trustBoard))
  secretFlags(
    command
      .command('remove')
      .description('clear what lies on a board, and forget it; its profiles stay')
      .argument('<board>', 'its name')
      .option('--unreachable', 'forget one that does not answer; its cache folder stays there'),
  )
    .addHelpText('after', '\nExample:\n  bitgauge board remove pi5\n')
    .action(define('board-remove', removeBoard))
}

async function addBoard(
  context: CommandContext,
  flags: TargetFlags & SecretFlags & { hostKey?: string },
  [name, address]: string[],
): Promise<Outcome<BoardAdded>> {
  const secrets = await secretsOf(flags)
  const target = parseTarget(address as string, flags)
  const input = parseUsage(boardAddInputSchema, { name, target, secrets, hostKey: flags.hostKey })
  const data = await withHost(context, (host) => host.client.board.add(input))
  if (data.state === 'unconfirmed') return { data, text: unconfirmed(data.board.name, data.offered), exitCode: 3 }
  return { data, text: describeBoard(data.board) }
}

async function listBoards(
  context: CommandContext,
  { discover }: { discover?: true },
): Promise<Outcome<BoardList & Partial<{ discovered: BoardDiscovered['boards'] }>>> {
  return withHost(context, async ({ client }) => {
    const { boards } = await client.board.list({})
    const discovered = discover === true ? (await client.board.discover({})).boards : []
    const rows = boards.map((board) => [board.name, whereOf(board), whatOf(board), board.trust, String(board.profiles)])
    const near = discovered.map(
      ({ name, host, port, known }) => `${name}  ${host}:${port}${known === null ? '' : `  is ${known}`}`,
    )
    const text = [...table([['name', 'where', 'what', 'key', 'profiles'], ...rows], 4), ...near].join('\n')
    return { data: { boards, ...(discover === true ? { discovered } : {}) }, text }
  })
}

async function showBoard(context: CommandContext, _: object, [board]: string[]): Promise<Outcome<BoardShown>> {
  const data = await withHost(context, (host) => host.client.board.show({ board: board as string }))
  const changes = data.history.flatMap(({ seen, differences }) =>
    differences.map(
      ({ field, before, now }) =>
        `  ${seen.slice(0, 16).replace('T', ' ')} ${field}: ${printable(before)} -> ${printable(now)}`,
    ),
  )
  return { data, text: [describeBoard(data.board), ...changes].join('\n') }
}

async function checkBoard(
  context: CommandContext,
  flags: SecretFlags,
  [board]: string[],
): Promise<Outcome<BoardChecked>> {
  const input = parseUsage(boardCheckInputSchema, { board, secrets: await secretsOf(flags) })
  const data = await withHost(context, (host) => host.client.board.check(input))
  const ways = {
    there: 'is there',
    build: 'will be built on the board',
    upload: 'will be sent',
    none: 'cannot get there',
  }
  const text = [
    describeBoard(data.board),
    `  answers in ${data.roundTrip_ms.toFixed(1)} ms; ${megabytes(data.cache_bytes)} in its cache folder; the program ${ways[data.program]}`,
    ...data.differences.map(
      ({ field, before, now }) => `  changed: ${field}: ${printable(before)} -> ${printable(now)}`,
    ),
  ].join('\n')
  return { data, text, warnings: data.warnings, ...(data.warnings.length > 0 ? { exitCode: 3 as const } : {}) }
}

async function trustBoard(
  context: CommandContext,
  flags: SecretFlags & { hostKey?: string },
  [board]: string[],
): Promise<Outcome<BoardTrusted>> {
  const secrets = await secretsOf(flags)
  const input = parseUsage(boardTrustInputSchema, { board, hostKey: flags.hostKey, secrets })
  const data = await withHost(context, (host) => host.client.board.trust(input))
  if (data.state === 'offered') return { data, text: unconfirmed(data.board.name, data.offered), exitCode: 3 }
  return { data, text: `${data.board.name} is trusted with ${data.board.key?.fingerprint ?? 'its key'}.` }
}

async function removeBoard(
  context: CommandContext,
  flags: SecretFlags & { unreachable?: true },
  [board]: string[],
): Promise<Outcome<BoardRemoved>> {
  const input = parseUsage(boardRemoveInputSchema, {
    board,
    secrets: await secretsOf(flags),
    unreachable: flags.unreachable,
  })
  const data = await withHost(context, (host) => host.client.board.remove(input))
  const cleared = data.cleared ? 'nothing of Bitgauge is left on it' : 'its cache folder could not be cleared'
  return { data, text: `${data.name} removed; ${cleared}; ${data.profiles} profiles stay.` }
}

function unconfirmed(name: string, { algorithm, fingerprint, server }: OfferedKey): string {
  const whose = server.jump ? `${server.name}, on the way to ${name},` : name
  return [
    `${printable(whose)} offers the key ${algorithm} ${fingerprint}. Nothing was sent to it.`,
    `Compare it with what ssh-keygen -lf says ${server.jump ? 'there' : 'on the board'}, then:`,
    `  bitgauge board trust ${name} --host-key ${fingerprint}`,
  ].join('\n')
}

function whereOf({ target }: BoardEntry): string {
  if (target === null) return 'this machine'
  const { user, host, port } = target
  return `${user === undefined ? '' : `${user}@`}${host}${port === undefined ? '' : `:${port}`}`
}

function whatOf({ description }: BoardEntry): string {
  if (description === null) return 'not seen yet'
  const { arch, cores, model, cpu } = description.facts
  return printable(`${arch}, ${cores} cores, ${model ?? cpu ?? 'unknown'}`)
}

function describeBoard(board: BoardEntry): string {
  const { description, key, refused, name } = board
  const head = `${name}  ${whereOf(board)}  ${board.trust}`
  const keys = [
    ...(key === null ? [] : [`  key ${key.algorithm} ${key.fingerprint}, since ${key.since.slice(0, 10)}`]),
    ...(refused === null ? [] : [`  refused ${refused.algorithm} ${refused.fingerprint}, ${refused.at.slice(0, 10)}`]),
  ]
  if (description === null) return [head, ...keys].join('\n')
  const { facts, state } = description
  const lines = [
    [facts.cpu, `${facts.cores} cores`, facts.arch, facts.emulated ? 'emulated' : null],
    [facts.os, facts.kernel, `${facts.libc.name} ${facts.libc.version ?? ''}`.trim(), facts.virtualization],
    [
      facts.memory_bytes === null ? null : `memory ${megabytes(facts.memory_bytes)}`,
      state.clocks[0]?.governor ?? null,
      state.temperatures[0] === undefined ? null : `${state.temperatures[0].celsius.toFixed(1)} °C`,
      facts.compilers[0]?.version ?? 'no compiler',
    ],
  ]
  return [
    head,
    ...keys,
    ...lines.map(
      (line) =>
        `  ${line
          .filter((part) => part !== null)
          .map(printable)
          .join(', ')}`,
    ),
  ].join('\n')
}

import { computed, shallowRef, type Ref } from 'vue'
import type { OfferedKey } from '../../../shared/contract/board.ts'
import type { BoardChecked, BoardEntry, BoardSecrets } from '../../../shared/contract/boardCalls.ts'
import type { ErrorRecord } from '../../../shared/errors.ts'
import { useEngine } from '../../app/engine.ts'
import { rememberedKey } from './boardWords.ts'
import { asksSecret, onlyAnswers } from './secrets.ts'
import { useQuietAct } from './useQuietAct.ts'
import type { BoardDialog } from './useBoardDialogs.ts'

/**
 * The way to a board: its key is asked for and trusted, its secrets are given, and it is checked. What boards say is not stored: it is gone with the page.
 *
 * @param name   of the board that is shown, which the list may not have yet
 * @param dialog a question about a key or a secret is asked there
 */
export function useConnecting(
  name: Readonly<Ref<string | null>>,
  board: Readonly<Ref<BoardEntry | undefined>>,
  dialog: Ref<BoardDialog | null>,
) {
  const { client } = useEngine()
  const checks = shallowRef<ReadonlyMap<string, BoardChecked>>(new Map())
  const offers = shallowRef<ReadonlyMap<string, OfferedKey>>(new Map())
  /** Given for a board whose key is not settled yet: the host keeps them from the first connection on, and they are forgotten here. */
  const given = new Map<string, BoardSecrets>()

  const checked = computed(() => checks.value.get(board.value?.name ?? ''))
  const offered = computed(() => offers.value.get(board.value?.name ?? '') ?? null)
  const isTrusted = computed(() => board.value?.trust === 'trusted')
  /** A key waits to be confirmed: the board's, or that of a server on the way to one that is trusted. */
  const asksKey = computed(() => board.value !== undefined && (!isTrusted.value || offered.value !== null))

  const check = useQuietAct(async ({ board: at, secrets }: { board: string; secrets: BoardSecrets }) => {
    const answer = await client.board.check({ board: at, secrets })
    checks.value = new Map([...checks.value, [at, answer]])
    return answer
  })
  const ask = useQuietAct(async (at: string) => {
    const answer = await client.board.trust({ board: at, secrets: given.get(at) ?? onlyAnswers })
    if (answer.state === 'offered') offers.value = new Map([...offers.value, [at, answer.offered]])
    return offers.value.get(at) ?? null
  })
  const trust = useQuietAct(async ({ board: at, hostKey }: { board: string; hostKey: string }) => {
    const secrets = given.get(at) ?? onlyAnswers
    const answer = await client.board.trust({ board: at, hostKey, secrets })
    // A server on the way was settled, and the next one offers its key.
    const next = answer.state === 'offered' ? [[at, answer.offered] as const] : []
    offers.value = new Map([...[...offers.value].filter(([one]) => one !== at), ...next])
    if (answer.state === 'offered') return null
    given.delete(at)
    return { board: at, secrets, seen: answer.board.seen }
  })

  /** A connection that failed for a secret alone goes on where one can be typed. */
  function offerSignIn(problem: ErrorRecord | null): void {
    if (asksSecret(problem)) dialog.value = 'signIn'
  }
  async function runCheck(): Promise<void> {
    if (board.value === undefined || !isTrusted.value || check.busy.value) return
    await check.act({ board: board.value.name, secrets: onlyAnswers })
  }
  /** What the board asked for is given with a check: from then on the host has it. */
  async function signIn(secrets: BoardSecrets): Promise<void> {
    if (board.value === undefined) return
    if (asksKey.value) {
      given.set(board.value.name, secrets)
      dialog.value = null
      return beginTrust()
    }
    if ((await check.act({ board: board.value.name, secrets })) !== undefined) dialog.value = null
  }
  async function takeKey(fingerprint: string): Promise<void> {
    if (board.value === undefined) return
    const before = board.value.seen
    const taken = await trust.act({ board: board.value.name, hostKey: fingerprint })
    if (taken === undefined) return offerSignIn(trust.problem.value)
    dialog.value = null
    if (taken === null || taken.seen !== before) return
    await check.act({ board: taken.board, secrets: taken.secrets })
    offerSignIn(check.problem.value)
  }
  /** The key that is offered now, then the question: what was refused some time ago may be old. */
  async function beginTrust(): Promise<void> {
    const now = board.value
    if (now === undefined) return
    const known = offered.value
    if (known !== null && rememberedKey(now, known.server) === null && known.fingerprint !== now.refused?.fingerprint)
      return takeKey(known.fingerprint)
    const found = await ask.act(now.name)
    if (found === undefined) return offerSignIn(ask.problem.value)
    if (found !== null && rememberedKey(now, found.server) !== null) dialog.value = 'trust'
  }
  /** Goes on with a board that was added: its secrets are used once more, to see what it is; one that was refused is asked for again. */
  async function goOn(at: string, left: { secrets: BoardSecrets; problem: ErrorRecord | null }): Promise<void> {
    if (left.problem !== null) ask.problem.value = left.problem
    else await check.act({ board: at, secrets: left.secrets })
    if (name.value === at) offerSignIn(left.problem ?? check.problem.value)
  }
  /** Of a board that is removed, neither what it said nor what was given for it is left. */
  function drop(at: string): void {
    checks.value = new Map([...checks.value].filter(([one]) => one !== at))
    offers.value = new Map([...offers.value].filter(([one]) => one !== at))
    given.delete(at)
  }

  return {
    ...{ checked, offered, isTrusted, asksKey },
    ...{ checking: check.busy, checkProblem: check.problem },
    busy: computed(() => check.busy.value || ask.busy.value || trust.busy.value),
    trusting: trust.busy,
    trustProblem: trust.problem,
    keyProblem: computed(() => ask.problem.value ?? trust.problem.value),
    ...{ runCheck, signIn, takeKey, beginTrust, goOn, drop },
    letGo: () => [check, ask, trust].forEach((call) => call.letGo()),
  }
}

import { describe, expect, it } from 'vitest'
import {
  addInput,
  addProblems,
  cleared,
  emptyForm,
  hopsOf,
  jumpNames,
  nameFor,
  refusedFields,
} from '../../../src/renderer/features/boards/addForm.ts'
import {
  conditionsOf,
  latenciesOf,
  liveConditions,
  liveLatencies,
} from '../../../src/renderer/features/boards/boardCharts.ts'
import {
  boardOfJob,
  endWords,
  failuresOf,
  jobOn,
  lastJobOn,
  measuredBoards,
} from '../../../src/renderer/features/boards/boardJobs.ts'
import {
  addressOf,
  agoText,
  algorithmWord,
  factsOf,
  shortFingerprint,
  summaryOf,
  trustWords,
  waysIn,
} from '../../../src/renderer/features/boards/boardWords.ts'
import { conditionsWords, figureRows, liveRows, sharesWords } from '../../../src/renderer/features/boards/figureRows.ts'
import { brokenWords, hostRows } from '../../../src/renderer/features/boards/hostRows.ts'
import {
  choicesOf,
  narrowed,
  newProfile,
  profileInput,
  profileProblem,
  type QuantizedEntry,
} from '../../../src/renderer/features/boards/profileForm.ts'
import { boardPoints } from '../../../src/shared/charts/boardPoints.ts'
import { boardAddInputSchema } from '../../../src/shared/contract/boardCalls.ts'
import { profileStartInputSchema } from '../../../src/shared/contract/profile.ts'
import { jobOf } from '../job.ts'
import { AppError, toErrorRecord } from '../../../src/shared/errors.ts'
import { nextStep } from '../../../src/shared/nextSteps.ts'
import { bitsOf, board, description, entry, liveProfile, profile } from './samples.ts'

const now = new Date('2026-03-02T12:00:00.000Z')

describe('the form of a board', () => {
  const form = { ...emptyForm(), name: 'pi5', host: 'pi5.local' }

  it('leaves to the SSH configuration what is left empty', () => {
    expect(addInput(form)).toEqual({ name: 'pi5', target: { host: 'pi5.local' }, secrets: { questions: true } })
    expect(boardAddInputSchema.parse(addInput(form)).secrets).toEqual({ questions: true })
  })

  it('gives a key file with its passphrase, and no password that was typed before', () => {
    const given = { ...form, way: 'key' as const, keyFile: '~/.ssh/id_ed25519', passphrase: 'x y', password: 'old' }
    expect(addInput(given)).toMatchObject({
      target: { keys: ['~/.ssh/id_ed25519'], authentication: ['key'] },
      secrets: { passphrase: 'x y' },
    })
    expect(addInput(given).secrets).not.toHaveProperty('password')
  })

  it('keeps secrets out of the target', () => {
    const given = { ...form, way: 'password' as const, password: 'hidden', user: 'me', port: '2222', jumps: 'a@b:1,c' }
    const { target, secrets } = addInput(given)
    expect(JSON.stringify(target)).not.toContain('hidden')
    expect(secrets).toEqual({ password: 'hidden', questions: true })
    expect(target).toMatchObject({ user: 'me', port: 2222, jumps: [{ user: 'a', host: 'b', port: 1 }, { host: 'c' }] })
  })

  it('gives each server on the way what was typed for it, and nothing for one that is none any more', () => {
    const typed = { password: 'of the gate', passphrase: '' }
    const given = { ...form, jumps: 'me@gate:22', jumpSecrets: { gate: typed, gone: typed } }
    expect(jumpNames(given)).toEqual(['gate'])
    expect(addInput(given).secrets).toEqual({ jumps: { gate: { password: 'of the gate' } }, questions: true })
    expect(cleared(given)).toMatchObject({ name: 'pi5', jumps: 'me@gate:22', jumpSecrets: {}, password: '' })
  })

  it('gives each server on the way its own key file, and none where none was named', () => {
    const given = { ...form, jumps: 'me@gate:22, outer', jumpKeys: { gate: ' ~/.ssh/gate ', gone: 'x', outer: '' } }
    expect(addInput(given).target.jumps).toEqual([
      { user: 'me', host: 'gate', port: 22, keys: ['~/.ssh/gate'] },
      { host: 'outer' },
    ])
    expect(boardAddInputSchema.parse(addInput(given)).target.jumps?.[0]?.keys).toEqual(['~/.ssh/gate'])
    expect(cleared(given).jumpKeys).toEqual(given.jumpKeys)
  })

  it.each([
    ['conflict', 'usual', 'name'],
    ['host-unreachable', 'usual', 'host'],
    ['authentication-refused', 'password', 'password'],
    ['secret-needed', 'key', 'passphrase'],
    ['not-found', 'key', 'keyFile'],
  ] as const)('tells %s of a board that is signed in to by %s at the field %s', (code, way, field) => {
    const problem = { code, message: 'No.' }
    expect(Object.keys(refusedFields({ ...form, way }, problem))).toEqual([field])
    expect(refusedFields({ ...form, way }, { ...problem, subject: 'gate' })).toEqual({})
  })

  it.each([
    ['user@[fe80::1]:22', [{ user: 'user', host: 'fe80::1', port: 22 }]],
    ['', []],
    ['a:0', null],
    ['-oProxyCommand=x', null],
    ['a,b,c,d,e', null],
  ])('reads jumps of %j as %j', (text, hops) => expect(hopsOf(text)).toEqual(hops))

  it('names what is wrong at its field', () => {
    const wrong = {
      ...emptyForm(),
      name: 'Not so',
      host: '-x',
      user: 'a b',
      port: '70000',
      jumps: '@',
      way: 'key' as const,
    }
    expect(Object.keys(addProblems(wrong, []))).toEqual(['name', 'host', 'user', 'port', 'jumps', 'keyFile'])
    expect(addProblems({ ...form, way: 'password' }, ['pi5'])).toEqual({
      name: 'There is a board pi5 already.',
      password: 'Must be the password of the user on the board.',
    })
    expect(addProblems(form, [])).toEqual({})
  })

  it('makes a free name of what the network says', () => {
    expect(nameFor('Raspberry Pi 5.local.', ['raspberry-pi-5'])).toBe('raspberry-pi-5-2')
    expect(nameFor('🙂', [])).toBe('board')
  })
})

describe('a board in words', () => {
  it.each([
    [{ kind: 'local' as const }, 'trusted', 'Trusted'],
    [{ trust: 'unconfirmed' as const }, 'unconfirmed', 'Key not confirmed yet'],
    [{ trust: 'changed' as const }, 'refused', 'Key changed: refused'],
    [{ trust: 'revoked' as const }, 'refused', 'Key revoked: refused'],
    [{ seen: '2026-03-02T09:00:00.000Z' }, 'trusted', 'Trusted, seen 3 h ago'],
  ])('says of %j how far it is trusted', (change, mark, word) => {
    expect(trustWords(board(change), now)).toEqual({ mark, word })
  })

  it('tells what it is by its architecture, processor and vector unit', () => {
    expect(summaryOf(board())).toBe('pi5.local')
    expect(summaryOf(board({ description: description() }))).toBe('arm64, Cortex-A76, dot product')
    const imitated = description({ arch: 'riscv64', cpu: null, features: [], emulated: true })
    expect(summaryOf(board({ description: imitated }))).toBe('emulated, riscv64, no vector unit known')
  })

  it('marks a governor that moves the clock, and heat', () => {
    const facts = factsOf(description())
    expect(facts.filter(({ warn }) => warn === true).map(({ title, text }) => `${title} ${text}`)).toEqual([
      'Governor ondemand',
      'Temperature 81.7 °C',
    ])
    expect(facts.find(({ title }) => title === 'CPU')?.text).toBe('4 x Cortex-A76, 2.40 GHz')
    expect(facts.find(({ title }) => title === 'Compiler')?.text).toBe('gcc 12.2.0')
    expect(facts.find(({ title }) => title === 'Power sensor')?.text).toBe('none')
  })

  it('says where it is and how one gets there', () => {
    expect(addressOf({ host: 'fe80::1', port: 22 })).toBe('[fe80::1]:22')
    expect(waysIn({ host: 'a', user: 'u', jumps: [{ host: 'b', port: 2 }] })).toBe('u@a through b:2')
    expect(algorithmWord('ssh-ed25519')).toBe('ED25519')
    expect(algorithmWord('ecdsa-sha2-nistp256')).toBe('ECDSA NISTP256')
    expect(shortFingerprint(`SHA256:9bK2${'x'.repeat(35)}vQ4s`)).toBe('SHA256:9bK2…vQ4s')
    expect(agoText('2026-02-20T12:00:00.000Z', now)).toBe('10 days ago')
  })
})

describe('what is measured', () => {
  const model = (id: string, name: string, width: 8 | 4 | 'float'): QuantizedEntry =>
    ({ id, name: `${name}-${width}`, model: { name }, family: 'discriminative', bits: bitsOf(width) }) as QuantizedEntry
  const models = [model('1', 'reads', 4), model('2', 'reads', 'float'), model('3', 'writes', 8)]

  it('begins quickly, on the first 500 texts, with the contract’s own defaults', () => {
    const input = profileInput({ ...newProfile('pi5'), models: ['1'] })
    const usual = profileStartInputSchema.parse({ boards: ['pi5'], models: ['1'] })
    expect(input).toEqual({ ...usual, quick: true, texts: 500 })
    expect(profileInput({ ...newProfile('pi5'), models: ['1'], extent: 'full', texts: 'all' })).toEqual(usual)
  })

  it('says what stands in the way', () => {
    expect(profileProblem(newProfile('pi5'))).toBe('Choose a model.')
    expect(profileProblem({ ...newProfile('pi5'), models: ['1'], boards: [] })).toBe('Choose a board.')
    expect(profileProblem({ ...newProfile('pi5'), models: ['1'] })).toBeNull()
  })

  it('can be narrowed to float models and widths, wide ones first', () => {
    const { floats, widths } = choicesOf(models)
    expect(floats.map(({ value }) => value)).toEqual(['reads', 'writes'])
    expect(widths.map(({ value }) => value)).toEqual(['float', 'W8 A8 C8', 'W4 A4 C4'])
    expect(narrowed(models, { floats: ['reads'], widths: ['W4 A4 C4'] }).map(({ id }) => id)).toEqual(['1'])
    expect(narrowed(models, { floats: [], widths: [] })).toHaveLength(3)
  })
})

describe('a profile as charts', () => {
  it('tells times in milliseconds and the windows that are in doubt', () => {
    const { percentiles, windows } = latenciesOf(profile())
    expect(percentiles.map(({ name, value_ms, doubted }) => [name, value_ms, doubted])).toEqual([
      ['p50', 3.218, false],
      ['p90', 4.195, true],
      ['p99', 4.446, true],
    ])
    expect(windows).toEqual([null, 'throttled'])
    expect(conditionsOf(profile()).windows).toEqual([
      { number: 1, from_s: 0, to_s: 9, throttled: false },
      { number: 2, from_s: 10, to_s: 19, throttled: true },
    ])
  })

  it('has no interval while it is measured, and nothing before the first samples', () => {
    const live = liveLatencies(liveProfile(), false)!
    expect(live.percentiles.map(({ name, low_ms }) => [name, low_ms])).toEqual([
      ['p50', null],
      ['p90', null],
    ])
    expect(live.windows).toEqual([null, null])
    expect(liveLatencies(liveProfile({ histogram: null }), false)).toBeNull()
    expect(liveConditions(liveProfile()).points).toEqual([{ at_s: 0, clock_GHz: 2.4, temperature_C: null }])
  })

  it('leaves out of accuracy against latency what has no latency that is a result', () => {
    const broken = { ...profile().equality!, broken: 3, differ: 3 }
    const some = [entry(), entry({ id: '01JD00000000000000000000P1', equality: broken }), entry({ accuracy: null })]
    expect(boardPoints(some).map(({ id }) => id)).toEqual(['01JD00000000000000000000P0'])
  })

  it('names models where widths are the same, and boards where there are several', () => {
    const other = entry({ id: '01JD00000000000000000000P1', model: { ...profile().model, name: 'reads-b' } })
    const elsewhere = entry({ id: '01JD00000000000000000000P2', board: { name: 'local', kind: 'local' } })
    expect(boardPoints([entry(), elsewhere]).map(({ label }) => label)).toEqual(['pi5 W8 A8 C8', 'local W8 A8 C8'])
    expect(boardPoints([entry(), other]).map(({ label }) => label)).toEqual(['reads-w8', 'reads-b'])
  })
})

describe('a profile as figures', () => {
  it('gives each with its interval, or why there is none', () => {
    const rows = figureRows(profile()).map(({ title, value, ends, doubted }) => [title, value, ends, doubted])
    expect(rows.slice(0, 2)).toEqual([
      ['p50, ms', '3.218', '3.215–3.221', false],
      ['p90, ms', '4.195', '4.191–4.199', true],
    ])
    expect(rows).toContainEqual(['Windows, ms', '3.19', '3.17–4.18', true])
    expect(rows).toContainEqual(['Texts/s, batch 32', '512', '506–517', false])
    expect(rows).toContainEqual(['Energy', 'no sensor on this board', '', false])
  })

  it('says where the time goes, the largest first, and how it was measured', () => {
    expect(sharesWords(profile())).toBe('61 % products, 20 % unpacking')
    expect(conditionsWords(profile({ emulated: true, core: null }))).toMatch(
      /^emulated: not the times of a board; quick: .*; dotprod kernels, built by gcc 12.2; not pinned to a core; 4 texts/,
    )
  })

  it('says while it is measured that intervals come at the end', () => {
    expect(liveRows(liveProfile()).map(({ value, ends }) => [value, ends])).toEqual([
      ['3.22', 'none yet'],
      ['4.20', 'none yet'],
      ['4.28', 'none yet'],
      ['not yet', 'none yet'],
      ['3.210', '3.201–3.219'],
    ])
    const windows = (medians_us: number[]) => liveRows(liveProfile({ medians_us })).at(-1)
    expect(windows([])).toMatchObject({ value: 'not yet', ends: 'none yet' })
    expect(windows([3201])).toMatchObject({ value: '3.20', ends: 'one so far' })
  })
})

describe('the device against the host', () => {
  const equality = (change: object) => ({ ...profile().equality!, ...change })

  it.each([
    [{}, 'same'],
    [{ class: 'tolerance', differ: 2 }, 'within'],
    [{ broken: 3, differ: 3 }, 'broken'],
  ])('with %j is %s', (change, state) => {
    expect(hostRows([entry({ equality: equality(change) })])[0]!.state).toBe(state)
  })

  it('names the first text and step that differ', () => {
    const first = { text: 4112, step: 17, site: 'hidden', part: 0, device: '3', host: '4' }
    const [row] = hostRows([entry({ equality: equality({ broken: 3, first }) })])
    expect(brokenWords(row!)).toBe(
      'W8 A8 C8 first differs at hidden, text 4,112, step 17 (3 of 500 texts). Its latency is not a result.',
    )
    expect(brokenWords(hostRows([entry()])[0]!)).toBeNull()
  })

  it('says that nothing was compared', () => {
    const [row] = hostRows([entry({ equality: null, accuracy: null })])
    expect([row!.promise, row!.accuracy, row!.state]).toEqual(['not compared', 'not measured', 'unknown'])
  })
})

describe('jobs that measure boards', () => {
  const params = { boards: ['pi5', 'local'], models: ['x'] }
  const running = { ...jobOf(1), kind: 'board-profile' as const, state: 'running' as const, params }
  const at = (name: string) => ({
    ...running,
    progress: { phase: 'x', done: 0, total: null, unit: '', profile: liveProfile({ board: name }) },
  })

  it('are at the board that they tell of, and before that at the first', () => {
    expect(boardOfJob(running)).toBe('pi5')
    expect(measuredBoards([at('local')])).toEqual(['local'])
    expect(jobOn([at('local')], 'pi5')).toBeUndefined()
    expect(jobOn([at('local')], 'local')).toBeDefined()
  })

  it('tell when they ended what they could not measure', () => {
    const error = toErrorRecord(new AppError('disk-full', 'No room.', { hint: nextStep('other-disk') }))
    const failed = [{ board: 'pi5', model: 'x', error }]
    const result = { session: '01JD00000000000000000000S0', profiles: [], failed }
    const ended = { ...running, state: 'done' as const, result }
    expect(lastJobOn([ended], 'local')).toBe(ended)
    expect(failuresOf(ended, 'pi5')).toEqual(failed)
    expect(failuresOf(ended, 'local')).toEqual([])
    expect(endWords(ended, 'pi5', '')).toEqual(['x was not measured: No room. Open a home on another disk.'])
  })

  it('tell that they came to nothing until there is a newer profile', () => {
    const ended = '2026-11-20T10:00:00.000Z'
    const job = { ...running, ended, error: { code: 'host-unreachable' as const, message: 'Nothing answers.' } }
    const said = { failed: /came to nothing\. Nothing answers\.$/, cancelled: /was stopped/, interrupted: /broken off/ }
    for (const [state, words] of Object.entries(said)) {
      const told = { ...job, state: state as keyof typeof said }
      expect(endWords(told, 'pi5', '')).toEqual([expect.stringMatching(words)])
      expect(endWords(told, 'pi5', '2026-11-20T09:59:59.000Z')).toHaveLength(1)
      expect(endWords(told, 'pi5', '2026-11-20T10:00:01.000Z')).toEqual([])
    }
  })
})

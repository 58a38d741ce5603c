import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import {
  readDocument,
  renameKey,
  writeValue,
  type Path,
} from '../../../src/renderer/features/studies/builder/studyDocument.ts'

const samples = import.meta.glob<string>('../../../resources/studies/*.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const quickstart = Object.entries(samples).find(([name]) => name.endsWith('quickstart.yaml'))?.[1] ?? ''
const text = `# What it is for.
bitgauge: study/1
name: small # called so
seed: 0x0A

dataset: { id: ag-news }
models:
  # reads
  disc: { family: discriminative, hidden: 8, train: { epochs: 3, seeds: [1, 2] } } # small
  gen: { family: generative }
calibration: { size: 16, draws: 2, compositions: { balanced: balanced, one: { World: 1 } } }
grid:
  bits: [8, 4] # both
  noise:
    - { kind: none }
    # typing
    - { kind: qwerty, level: 0.05 }
`

/** Lines that are in one text and not in the other, with their sign. */
function changes(before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')]
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `-${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+${line}`),
  ]
}

/** Every path into a value. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return []
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  return keys.flatMap((key) => {
    const inner = [...path, key]
    return [inner, ...pathsOf((value as Record<string | number, unknown>)[key], inner)]
  })
}

function changed(whole: unknown, path: Path, value: unknown): unknown {
  const copy = structuredClone(whole) as Record<string | number, unknown>
  let inner = copy
  for (const key of path.slice(0, -1)) inner = inner[key] as typeof copy
  const last = path.at(-1) as string | number
  if (value !== undefined) inner[last] = value
  else if (Array.isArray(inner)) inner.splice(Number(last), 1)
  else delete inner[last]
  return copy
}

describe('a study’s text', () => {
  it('says what it holds, or where it is no YAML', () => {
    expect(readDocument(text)).toEqual({ readable: true, value: parse(text) })
    expect(readDocument('')).toEqual({ readable: true, value: {} })
    expect(readDocument('name: [1')).toMatchObject({ readable: false, line: 1 })
    expect(readDocument('a: 1\nb: {\n')).toMatchObject({ readable: false, line: 3 })
    expect(readDocument('- a')).toMatchObject({ readable: false, line: 1 })
    expect(readDocument(`${'['.repeat(20_000)}`)).toMatchObject({ readable: false })
    expect(readDocument(`a: &a [x, x]\nb: &b [${'*a, '.repeat(99)}]\nc: [${'*b, '.repeat(99)}]`)).toMatchObject({
      readable: false,
    })
  })

  it.each([
    [['name'], 'other', ['-name: small # called so', '+name: other # called so']],
    [
      ['grid', 'bits'],
      [8, 6, 4],
      ['-  bits: [8, 4] # both', '+  bits: [8, 6, 4] # both'],
    ],
    [
      ['grid', 'noise'],
      [{ kind: 'none' }, { kind: 'qwerty', level: 0.1 }],
      ['-    - { kind: qwerty, level: 0.05 }', '+    - { kind: qwerty, level: 0.1 }'],
    ],
    [['grid', 'noise'], [{ kind: 'qwerty', level: 0.05 }], ['-    - { kind: none }']],
    [['grid', 'noise'], [{ kind: 'none' }], ['-    # typing', '-    - { kind: qwerty, level: 0.05 }']],
    [
      ['grid', 'noise'],
      [{ kind: 'none' }, { kind: 'qwerty', level: 0.05 }, { kind: 'swap', level: 0.1 }],
      ['+    - { kind: swap, level: 0.1 }'],
    ],
    [
      ['grid', 'noise'],
      [],
      ['-    - { kind: none }', '-    # typing', '-    - { kind: qwerty, level: 0.05 }', '+    []'],
    ],
    [['grid', 'shift'], [null], ['+  shift: [null]']],
    [['models', 'mine'], { model: 'reader, one' }, ['+  mine: { model: "reader, one" }']],
    [
      ['models', 'gen', 'head'],
      'shared',
      ['-  gen: { family: generative }', '+  gen: { family: generative, head: shared }'],
    ],
    [
      ['calibration', 'compositions', 'one'],
      undefined,
      [
        '-calibration: { size: 16, draws: 2, compositions: { balanced: balanced, one: { World: 1 } } }',
        '+calibration: { size: 16, draws: 2, compositions: { balanced: balanced } }',
      ],
    ],
    [
      ['models', 'disc', 'train', 'seeds'],
      [1, 2, 3],
      [
        '-  disc: { family: discriminative, hidden: 8, train: { epochs: 3, seeds: [1, 2] } } # small',
        '+  disc: { family: discriminative, hidden: 8, train: { epochs: 3, seeds: [1, 2, 3] } } # small',
      ],
    ],
    [['models', 'gen'], undefined, ['-  gen: { family: generative }']],
    [['split'], 'dev', ['+split: dev']],
    [['calibration', 'compositions'], { balanced: 'balanced', one: { World: 1 } }, []],
    [
      ['questions'],
      [{ name: 'q', compare: 'bits', against: 8 }],
      ['+questions: [{ name: q, compare: bits, against: 8 }]'],
    ],
  ] as [string[], unknown, string[]][])(
    'with %j changed keeps every other line and comment',
    (path, value, expected) => {
      const after = writeValue(text, path, value)
      expect(changes(text, after)).toEqual(expected)
      const wanted = parse(text) as Record<string, unknown>
      let inner = wanted
      for (const key of path.slice(0, -1)) inner = inner[key] as Record<string, unknown>
      if (value === undefined) delete inner[path.at(-1)!]
      else inner[path.at(-1)!] = value
      expect(parse(after)).toEqual(wanted)
    },
  )

  it('says what was asked for wherever it is changed, to whatever', () => {
    const sample = quickstart
    const values = [undefined, 0, 'a: b', [], {}, [1, { a: 'x' }], { 'k, l': [true], m: 'n'.repeat(200) }, 'm\nn']
    for (const path of pathsOf(parse(sample)).filter((_, index) => index % 4 === 0)) {
      for (const value of values) {
        const after = parse(writeValue(sample, path, value)) as unknown
        expect([path, value, after]).toEqual([path, value, changed(parse(sample), path, value)])
      }
    }
  })

  it('calls a part otherwise in its place, and not by a name that is taken', () => {
    const after = renameKey(text, ['models'], 'disc', 'reader')
    expect(changes(text, after).map((line) => line.slice(0, 9))).toEqual(['-  disc: ', '+  reader'])
    expect(Object.keys((parse(after) as { models: object }).models)).toEqual(['reader', 'gen'])
    expect(renameKey(text, ['models'], 'disc', 'gen')).toBe(text)
  })

  it.each(Object.entries(samples))(
    '%s keeps all of its comments and all that it says when its name changes',
    (_, before) => {
      const after = writeValue(before, ['name'], 'another')
      const comments = (source: string): string[] => [...source.matchAll(/(^|\s)#.*$/gm)].map(([found]) => found.trim())
      expect(comments(after)).toEqual(comments(before))
      expect(parse(after)).toEqual({ ...(parse(before) as object), name: 'another' })
    },
  )

  it('takes hostile names as text', () => {
    const name = '<img src=x onerror=alert(1)>: "]]>\u202e'
    const after = writeValue(text, ['calibration', 'compositions', 'left'], { leaveOut: name })
    expect((parse(after) as { calibration: { compositions: object } }).calibration.compositions).toMatchObject({
      left: { leaveOut: name },
    })
  })
})

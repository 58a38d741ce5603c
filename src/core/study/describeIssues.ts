import type { z } from 'zod'
import { nearestName } from '../dataset/nearestName.ts'
import type { FileProblem } from './fileProblem.ts'
import { knownKeys } from './knownKeys.ts'
import type { YamlTree } from './yamlTree.ts'

type Issue = z.core.$ZodIssue

/** What a study's schema found, as sentences with their places. */
export function describeIssues(issues: readonly Issue[], tree: YamlTree): FileProblem[] {
  return describeAll(issues, [], tree)
}

function describeAll(issues: readonly Issue[], path: readonly PropertyKey[], tree: YamlTree): FileProblem[] {
  const misspelled = new Set(issues.flatMap((issue) => misspelledIn(issue, path, tree)))
  const told = issues.filter(
    (issue) => !isMissing(issue, path, tree) || !misspelled.has(nameOf([...path, ...issue.path])),
  )
  return told.flatMap((issue) => describe(issue, [...path, ...issue.path], tree))
}

/** Names of what is most likely not lacking but spelled otherwise: a key that there is not beside one that is near to it. */
function misspelledIn(issue: Issue, path: readonly PropertyKey[], tree: YamlTree): string[] {
  if (issue.code !== 'unrecognized_keys') return []
  const place = [...path, ...issue.path]
  const known = knownKeys(tree.value, place)
  return issue.keys.map((key) => nameOf([...place, nearestName(key, known) ?? key]))
}

function isMissing(issue: Issue, path: readonly PropertyKey[], tree: YamlTree): boolean {
  return issue.path.length > 0 && valueAt(tree.value, [...path, ...issue.path]) === undefined
}

function describe(issue: Issue, path: readonly PropertyKey[], tree: YamlTree): FileProblem[] {
  const value = valueAt(tree.value, path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key, tree))
    case 'invalid_union':
      return issue.errors.length === 0 ? [notAmong(path, optionsOf(issue), tree)] : describeUnion(issue, path, tree)
    case 'invalid_value':
      return [notAmong(path, issue.values, tree)]
    case 'invalid_key':
      return [
        {
          message: `${nameOf(path)} cannot be called so.`,
          expected: withoutExpected(issue.issues[0]?.message ?? ''),
          ...tree.ofKey(path),
        },
      ]
    case 'invalid_type':
      return [
        value === undefined ? missing(path, tree) : wrong(path, typeWords[issue.expected] ?? issue.expected, tree),
      ]
    case 'too_small':
    case 'too_big':
      return [wrong(path, boundOf(issue), tree)]
    default:
      return [wrong(path, withoutExpected(issue.message), tree)]
  }
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
}

function unknownKey(path: readonly PropertyKey[], key: string, tree: YamlTree): FileProblem {
  const known = knownKeys(tree.value, path)
  const near = nearestName(key, known)
  const where = path.length === 0 ? 'A study' : nameOf(path)
  return {
    message: `${where} has no setting ${JSON.stringify(key)}.`,
    expected: near === undefined && known.length > 0 ? known.join(', ') : undefined,
    hint: near === undefined ? undefined : `The nearest is ${near}.`,
    ...tree.ofKey([...path, key]),
  }
}

function missing(path: readonly PropertyKey[], tree: YamlTree): FileProblem {
  const parent = path.slice(0, -1)
  const where = parent.length === 0 ? 'The study' : nameOf(parent)
  return { message: `${where} lacks ${JSON.stringify(String(path.at(-1)))}.`, ...tree.ofKey(parent) }
}

function wrong(path: readonly PropertyKey[], expected: string, tree: YamlTree): FileProblem {
  const message = path.length === 0 ? 'This is not a study.' : `${nameOf(path)} has a value that it does not take.`
  return { message, expected, found: describeValue(valueAt(tree.value, path)), ...tree.ofValue(path) }
}

function notAmong(path: readonly PropertyKey[], options: readonly unknown[], tree: YamlTree): FileProblem {
  const value = valueAt(tree.value, path)
  if (value === undefined) return { ...missing(path, tree), expected: options.map(String).join(', ') }
  const near = typeof value === 'string' ? nearestName(value, options.map(String)) : undefined
  const hint = near === undefined ? undefined : `The nearest is ${near}.`
  return { ...wrong(path, options.map(String).join(', '), tree), hint }
}

/** The issues of the form that what stands there comes nearest to. */
function describeUnion(
  { errors: forms }: Extract<Issue, { code: 'invalid_union' }>,
  path: readonly PropertyKey[],
  tree: YamlTree,
): FileProblem[] {
  const value = valueAt(tree.value, path)
  if (typeof value !== 'object' || value === null) {
    const words = forms.flatMap(literalsOf)
    if (words.length > 0) return [notAmong(path, [...words, ...forms.flatMap(typesOf)], tree)]
  } else {
    const wrongWord = wrongWordOf(forms, value)
    if (wrongWord !== undefined) return [notAmong([...path, wrongWord.key], wrongWord.options, tree)]
  }
  const scored = forms.map((issues) => ({ issues, score: issues.reduce((sum, one) => sum + distance(one, value), 0) }))
  const { issues } = scored.reduce((best, one) => (one.score < best.score ? one : best))
  const words = wordsOf(forms)
  const [fixed, others] = [issues.filter((one) => isWord(one, words)), issues.filter((one) => !isWord(one, words))]
  const lacking = fixed.map((one) =>
    notAmong([...path, ...one.path], words.get(one.path[0] as PropertyKey) ?? [], tree),
  )
  // A form that is lacking something has most likely a key spelled otherwise, of this form or of another one.
  const misspelled = others.some(({ code, path: place }) => code === 'unrecognized_keys' && place.length === 0)
  const told = misspelled ? others.filter((one) => one.path.length > 1 || !isMissing(one, path, tree)) : others
  return [...lacking, ...describeAll(told, path, tree)]
}

function isWord({ code, path }: Issue, words: ReadonlyMap<PropertyKey, unknown>): boolean {
  return code === 'invalid_value' && path.length === 1 && words.has(path[0] as PropertyKey)
}

/** The words that a form without parts may be. */
function literalsOf(issues: readonly Issue[]): unknown[] {
  const [first] = issues
  if (first === undefined || first.path.length > 0) return []
  if (first.code === 'invalid_value') return first.values
  return first.code === 'invalid_union' ? first.errors.flatMap(literalsOf) : []
}

/** `or a list`, where a form has parts. */
function typesOf([first]: readonly Issue[]): string[] {
  if (first?.code !== 'invalid_type' || first.path.length > 0) return []
  return first.expected === 'array' || first.expected === 'object' ? [`or ${typeWords[first.expected]}`] : []
}

/** A key whose word tells the forms apart and is none of theirs: `family: genrative`. */
function wrongWordOf(
  forms: readonly (readonly Issue[])[],
  value: object,
): { key: PropertyKey; options: unknown[] } | undefined {
  for (const [key, options] of wordsOf(forms)) {
    const found = valueAt(value, [key])
    if (found !== undefined && options.length > 1 && !options.includes(found)) return { key, options }
  }
  return undefined
}

/** The fixed words by which forms are told apart, by their key, where they are not met. */
function wordsOf(forms: readonly (readonly Issue[])[]): Map<PropertyKey, unknown[]> {
  const words = new Map<PropertyKey, unknown[]>()
  for (const issue of forms.flat()) {
    const [key, ...deeper] = issue.path
    if (issue.code !== 'invalid_value' || issue.values.length !== 1 || key === undefined || deeper.length > 0) continue
    words.set(key, [...(words.get(key) ?? []), ...issue.values])
  }
  return words
}

function distance(issue: Issue, value: unknown): number {
  if (issue.path.length === 0 && issue.code !== 'unrecognized_keys') return 1000
  if (valueAt(value, issue.path) === undefined) return 10
  return issue.code === 'invalid_value' && issue.values.length === 1 ? 100 : 1
}

function optionsOf(issue: Issue): unknown[] {
  return 'options' in issue && Array.isArray(issue.options) ? issue.options : []
}

function boundOf(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  const many = issue.origin === 'array' ? ' entries' : issue.origin === 'string' ? ' characters' : ''
  const [word, other, bound] =
    issue.code === 'too_small' ? ['at least', 'above', issue.minimum] : ['at most', 'below', issue.maximum]
  return `${issue.inclusive === false ? other : word} ${bound}${many}`
}

function withoutExpected(message: string): string {
  return message.replace(/^expected /, '')
}

function describeValue(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

/** `models.disc.train`, `grid.bits[2]` */
export function nameOf(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  return text.slice(text.startsWith('.') ? 1 : 0).slice(0, 200)
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => {
    return typeof value === 'object' && value !== null && Object.hasOwn(value, part)
      ? (value as Record<PropertyKey, unknown>)[part]
      : undefined
  }, root)
}

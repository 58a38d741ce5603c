import { nearestName } from '../dataset/nearestName.ts'
import type { FileProblem } from './fileProblem.ts'
import type { YamlTree } from './yamlTree.ts'

type Path = readonly PropertyKey[]

/** Collects what is wrong in a file, each with the place of a path. */
export class ProblemList {
  readonly problems: FileProblem[] = []
  readonly #tree: YamlTree

  constructor(tree: YamlTree) {
    this.#tree = tree
  }

  /** Something about the value at a path. */
  add(path: Path, message: string, more: Pick<FileProblem, 'expected' | 'found' | 'hint' | 'next'> = {}): void {
    this.problems.push({ message, ...more, ...this.#tree.ofValue(path) })
  }

  /** A name that is none of those that it may be. */
  unknown(path: Path, message: string, found: string, names: readonly string[]): void {
    const near = nearestName(found, names)
    const hint = near === undefined ? undefined : `The nearest is ${near}.`
    this.add(path, message, { expected: near === undefined ? someOf(names) : undefined, found, hint })
  }
}

const shown = 12

function someOf(names: readonly string[]): string {
  const more = names.length > shown ? `, and ${names.length - shown} more` : ''
  return `${names.slice(0, shown).join(', ')}${more}`
}

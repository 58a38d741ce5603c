import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Suites that take longest, which a first run on a machine cannot know: started last, one of them would run alone at the end. */
const longest = [
  'test/e2e/states',
  'test/cli/training',
  'test/e2e/',
  'test/electron/page',
  'test/host/training',
  'test/host/dataset/known',
  'test/setup/',
]

/** They compile C on every processor: beside them a page waits seconds for its turn, and its scenarios pass a job by. */
const busiest = 'test/runtime/'

/** Starts the longest suites first and the busiest last, the others in vitest's own order. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rank(a.moduleId) - rank(b.moduleId))
  }
}

function rank(file: string): number {
  if (file.includes(busiest)) return longest.length + 1
  const found = longest.findIndex((part) => file.includes(part))
  return found < 0 ? longest.length : found
}

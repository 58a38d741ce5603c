import { studySchema } from '../../shared/contract/studyRules.ts'
import { recipePresets } from '../quantization/recipes.ts'
import { checkQuestions } from './checkQuestions.ts'
import { checkReferences } from './checkReferences.ts'
import { describeIssues } from './describeIssues.ts'
import { problemsError, sortProblems, type FileProblem } from './fileProblem.ts'
import { ProblemList } from './problemList.ts'
import { resolveStudy, type ResolvedStudy } from './resolveStudy.ts'
import { parseYaml, type YamlTree } from './yamlTree.ts'

export interface ReadStudy {
  study: ResolvedStudy
  /** what does not keep it from being run, in the order of the file */
  doubts: FileProblem[]
  /** collects what is found wrong later, when the dataset is known */
  newList: () => ProblemList
}

export type StudyReading = { ok: true; read: ReadStudy } | { ok: false; problems: FileProblem[] }

/**
 * Reads a study from YAML or JSON. All problems of one kind are found at once: those of the language, then those of the form, then what
 * the parts say of one another.
 */
export function readStudy(text: string): StudyReading {
  const parsed = parseYaml(text)
  if (!parsed.ok) return parsed
  const tree = parsed.value
  const formed = studySchema.safeParse(withLevels(tree.value))
  if (!formed.success) return { ok: false, problems: sortProblems(describeIssues(formed.error.issues, tree)) }
  const study = resolveStudy(formed.data, tree.value)
  const [problems, doubts] = [new ProblemList(tree), new ProblemList(tree)]
  checkReferences(study, tree.value, recipeNames, problems, doubts)
  if (problems.problems.length === 0) checkQuestions(study, problems, doubts)
  if (problems.problems.length > 0) return { ok: false, problems: sortProblems(problems.problems) }
  return { ok: true, read: readOf(study, doubts, tree) }
}

const recipeNames = recipePresets.map(({ name }) => name)

function readOf(study: ResolvedStudy, doubts: ProblemList, tree: YamlTree): ReadStudy {
  return { study, doubts: sortProblems(doubts.problems), newList: () => new ProblemList(tree) }
}

/** `{kind: none}` in the grid needs no level. */
function withLevels(value: unknown): unknown {
  const noise = (value as { grid?: { noise?: unknown } } | null)?.grid?.noise
  if (!Array.isArray(noise)) return value
  const filled = noise.map((one: unknown) =>
    isClean(one) && Object.keys(one).length === 1 ? { kind: 'none', level: 0 } : one,
  )
  return { ...(value as object), grid: { ...(value as { grid: object }).grid, noise: filled } }
}

function isClean(noise: unknown): noise is { kind: 'none' } {
  return typeof noise === 'object' && noise !== null && (noise as { kind?: unknown }).kind === 'none'
}

/** The same, where a study that cannot be run is an error. @throws AppError `input-invalid` with the first problem's place in `file` */
export function readStudyOrThrow(text: string, file: string): ReadStudy {
  const reading = readStudy(text)
  if (!reading.ok) throw problemsError(file, reading.problems)
  return reading.read
}

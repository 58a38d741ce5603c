import { axes, type Axis } from '../../shared/contract/studyRules.ts'
import { axisTexts, bitsText, floatText, givenText, noiseText, shiftText, writtenBits } from './axes.ts'
import { nameOf } from './describeIssues.ts'
import { gridSize, largestStudy } from './expandStudy.ts'
import type { ProblemList } from './problemList.ts'
import { presetOf, type ResolvedStudy } from './resolveStudy.ts'

/** What a study's parts say of one another: names that are not there, values that stand twice, parts that are empty. */
export function checkReferences(
  study: ResolvedStudy,
  raw: unknown,
  recipeNames: readonly string[],
  list: ProblemList,
  doubts: ProblemList,
): void {
  checkPresets(raw, recipeNames, list)
  checkGrid(study, list)
  doubtWidths(study, doubts)
  checkSeeds(study, list)
  checkExclusions(study, list, doubts)
  const size = gridSize(study)
  if (size > largestStudy) {
    list.add(['grid'], 'The grid has too many cells.', { expected: `at most ${largestStudy}`, found: String(size) })
  }
}

function checkPresets(raw: unknown, recipeNames: readonly string[], list: ProblemList): void {
  const recipes = (raw as { recipes?: Record<string, unknown> }).recipes ?? {}
  for (const [name, recipe] of Object.entries(recipes)) {
    const preset = presetOf(recipe)
    if (recipeNames.includes(preset)) continue
    const path = ['recipes', name, ...(typeof recipe === 'string' ? [] : ['preset'])]
    list.unknown(path, `There is no recipe ${JSON.stringify(preset)}.`, preset, recipeNames)
  }
}

function checkGrid(study: ResolvedStudy, list: ProblemList): void {
  const { models, recipes, grid, calibration } = study
  const parts = { model: models, recipe: recipes, composition: calibration.compositions }
  const sections = { model: 'models', recipe: 'recipes', composition: 'calibration.compositions' }
  for (const axis of ['model', 'recipe', 'composition'] as const) {
    const names = Object.keys(parts[axis])
    if (names.length === 0)
      list.add(sections[axis].split('.'), `${sections[axis]} is empty.`, { expected: 'one or more' })
    grid[axis].forEach((name, index) => {
      if (names.includes(name)) return
      list.unknown(
        ['grid', axis, index],
        `There is no ${axis} ${JSON.stringify(name)} in ${sections[axis]}.`,
        name,
        names,
      )
    })
    checkOnce(['grid', axis], grid[axis], list)
  }
  checkOnce(['grid', 'bits'], grid.bits.map(writtenBits), list)
  checkOnce(['grid', 'noise'], grid.noise.map(noiseText), list)
  checkOnce(['grid', 'shift'], grid.shift.map(shiftText), list)
  grid.noise.forEach(({ kind, level }, index) => {
    if (kind === 'none' || level > 0) return
    list.add(['grid', 'noise', index, 'level'], `Noise of kind ${kind} has a level above 0.`, {
      found: '0',
      hint: 'Clean input is {kind: none, level: 0}.',
    })
  })
}

/** Two ways of writing the same widths are one cell: harmless, and most likely not what was meant. */
function doubtWidths(study: ResolvedStudy, doubts: ProblemList): void {
  const texts = study.grid.bits.map((given) => bitsText(study, given))
  texts.forEach((text, index) => {
    if (texts.indexOf(text) === index) return
    doubts.add(['grid', 'bits', index], `grid.bits names ${text} in two ways; it is measured once.`)
  })
}

function checkOnce(path: readonly PropertyKey[], texts: readonly string[], list: ProblemList): void {
  texts.forEach((text, index) => {
    if (texts.indexOf(text) < index) list.add([...path, index], `${nameOf(path)} names ${text} twice.`)
  })
}

function checkSeeds({ models }: ResolvedStudy, list: ProblemList): void {
  for (const [name, model] of Object.entries(models)) {
    if (model.kind === 'training') checkOnce(['models', name, 'train', 'seeds'], model.seeds.map(String), list)
  }
}

/** A value that is not there excludes nothing: harmless, and most likely not what was meant. */
function checkExclusions(study: ResolvedStudy, list: ProblemList, doubts: ProblemList): void {
  study.exclude.forEach((given, index) => {
    const parts = Object.entries(given) as [Axis, unknown][]
    if (parts.length === 0)
      list.add(['exclude', index], 'An exclusion names at least one value.', { expected: axes.join(', ') })
    for (const [axis, value] of parts) assertValue(study, axis, value, ['exclude', index, axis], doubts)
  })
}

/** Reports a value that its axis does not have in this study. Float models stand under `float` on the axes recipe and bits. */
export function assertValue(
  study: ResolvedStudy,
  axis: Axis,
  value: unknown,
  path: readonly PropertyKey[],
  list: ProblemList,
): void {
  const texts = axisTexts(study, axis)
  const known = axis === 'recipe' || axis === 'bits' ? [...texts, floatText] : texts
  const text = givenText(study, axis, value)
  if (!known.includes(text)) list.unknown(path, `The grid has no ${axis} ${JSON.stringify(text)}.`, text, known)
}

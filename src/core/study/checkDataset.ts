import type { SplitName } from '../../shared/contract/datasetRules.ts'
import type { ProblemList } from './problemList.ts'
import type { ResolvedStudy } from './resolveStudy.ts'

export interface DatasetFacts {
  name: string
  classes: readonly string[]
  /** those with rows */
  splits: readonly SplitName[]
}

/** What a study says of classes and splits that its dataset does not have. */
export function checkDataset(study: ResolvedStudy, dataset: DatasetFacts, list: ProblemList): void {
  const { classes } = dataset
  for (const [name, composition] of Object.entries(study.calibration.compositions)) {
    const path = ['calibration', 'compositions', name]
    if (typeof composition === 'string') continue
    const parts =
      'leaveOut' in composition ? [['leaveOut', String(composition.leaveOut)] as const] : namesOf(composition)
    for (const [key, named] of parts) {
      if (!classes.includes(named))
        list.unknown([...path, key], `${dataset.name} has no class ${JSON.stringify(named)}.`, named, classes)
    }
  }
  for (const [name, model] of Object.entries(study.models)) {
    if (model.kind === 'stored' || !Array.isArray(model.options.classWeights)) continue
    const found = model.options.classWeights.length
    if (found === classes.length) continue
    list.add(['models', name, 'train', 'classWeights'], 'Each class has one weight.', {
      expected: `${classes.length} numbers`,
      found: String(found),
    })
  }
  checkLabels(study, dataset, list)
  if (!dataset.splits.includes(study.split)) {
    list.add(['split'], `${dataset.name} has no ${study.split} split.`, {
      expected: dataset.splits.join(', '),
      found: study.split,
    })
  }
}

/** A language model a class reads the texts of its own class alone under their true labels: one without texts would have no ranges. */
function checkLabels(
  { models, grid, calibration, recipes }: ResolvedStudy,
  { classes }: DatasetFacts,
  list: ProblemList,
): void {
  const independent = grid.model.find((name) => {
    const model = models[name]
    return model?.kind === 'training' && model.model.family === 'generative' && model.model.head === 'independent'
  })
  const calibrated = grid.recipe.some((name) => recipes[name]?.families.generative.scale === 'static')
  if (independent === undefined || !calibrated || calibration.labels === 'all') return
  for (const name of grid.composition) {
    const composition = calibration.compositions[name]!
    const left = classes.find((one) => isLeftOut(composition, one))
    if (left === undefined) continue
    list.add(
      ['calibration', 'compositions', name],
      `${independent} has a language model for each class, and ${name} has no text of ${left} for one of them.`,
      {
        hint: 'With calibration.labels: all each of them reads each text.',
      },
    )
  }
}

function isLeftOut(composition: ResolvedStudy['calibration']['compositions'][string], name: string): boolean {
  if (typeof composition === 'string') return false
  if ('leaveOut' in composition) return composition.leaveOut === name
  return !((composition as Record<string, number>)[name]! > 0)
}

function namesOf(shares: Readonly<Record<string, unknown>>): (readonly [string, string])[] {
  return Object.keys(shares).map((name) => [name, name] as const)
}

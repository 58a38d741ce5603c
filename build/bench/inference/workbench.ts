import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeTokenFile, type EncodedTexts } from '../../../src/core/dataset/tokenFile.ts'
import { initialWeights } from '../../../src/core/model/initialWeights.ts'
import { decodeModel, encodeModel, type ModelDescription } from '../../../src/core/model/modelFile.ts'
import type { Weights } from '../../../src/core/model/weights.ts'
import { modelSpecSchema, type ModelSpec } from '../../../src/shared/contract/modelRules.ts'
import { drawTexts, madeUpTexts, ofOneLength } from './texts.ts'
import { trainedModel, type Family } from './trainedModels.ts'

/** Ids of the vocabulary of the trained models, and of those that are made up. */
export const vocabularySize = 10_004

/** A float model in a file that every contender can read. */
export interface FloatModelFile {
  file: string
  description: ModelDescription
  weights: Weights
  /** whether it learned anything: else there is no accuracy */
  trained: boolean
}

/** Texts in files that every contender can read. */
export interface TextFile extends EncodedTexts {
  file: string
}

/** Files of one run of the inference cases, and the texts that all contenders get. */
export interface Workbench {
  folder: string
  /** the trained model of a family; weights as they are before training where there is no data to train on */
  trained: Record<Family, FloatModelFile>
  /** a model with other sizes and weights as they are before training */
  madeUp: (family: Family, sizes: { hidden: number; classes: number }) => FloatModelFile
  /** 512, of 64 words */
  calibration: TextFile
  /** 64 of them: enough for the ranges of weights that learned nothing */
  few: EncodedTexts
  /** the whole test split; null where there is no data */
  test: EncodedTexts | null
  /** texts of it as they are, at most 64 words */
  evaluation: TextFile
  /** the same with 64 words each */
  evenEvaluation: TextFile
  /** 256 of them */
  timed: TextFile
  close: () => void
}

/** @param evaluated texts of the test split */
export async function setUpWorkbench(home: string, evaluated: number): Promise<Workbench> {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-bench-'))
  const found = {
    discriminative: await trainedModel('discriminative', home),
    generative: await trainedModel('generative', home),
  }
  const { test, training } = found.discriminative ?? { test: null, training: null }
  const draw = (from: EncodedTexts | null, count: number, name: string): EncodedTexts =>
    from === null ? madeUpTexts(count, vocabularySize, 4, name) : drawTexts(from, count, name)
  const texts = (name: string, given: EncodedTexts): TextFile => {
    const file = join(folder, `${name}.tokens`)
    writeFileSync(file, writeTokenFile(given, vocabularySize, 4))
    return { ...given, file }
  }
  const evaluation = texts('evaluation', draw(test, evaluated, 'evaluation'))
  const calibration = texts('calibration', ofOneLength(draw(training, 512, 'calibration')))
  const madeUp: Workbench['madeUp'] = (family, sizes) => madeUpModel(folder, family, sizes)
  const open = (family: Family): FloatModelFile => {
    const file = found[family]?.file
    if (file === undefined) return madeUp(family, { hidden: 100, classes: 4 })
    return { file: copied(folder, file, family), ...decodeModel(readFileSync(file)), trained: true }
  }
  return {
    folder,
    trained: { discriminative: open('discriminative'), generative: open('generative') },
    madeUp,
    calibration,
    test,
    few: drawTexts(calibration, 64, 'few'),
    evaluation,
    evenEvaluation: texts('even-evaluation', ofOneLength(evaluation)),
    timed: texts('timed', ofOneLength(draw(test, 256, 'timed'))),
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Peers put what they make of a model beside its file: that is no place in a home. */
function copied(folder: string, file: string, family: Family): string {
  const target = join(folder, `${family}.safetensors`)
  writeFileSync(target, readFileSync(file))
  return target
}

function madeUpModel(
  folder: string,
  family: Family,
  { hidden, classes }: { hidden: number; classes: number },
): FloatModelFile {
  const of = family === 'discriminative' ? ({ family, pooling: 'last' } as const) : ({ family } as const)
  const spec = modelSpecSchema.parse({ ...of, embedding: hidden, hidden, words: vocabularySize, classes })
  const weights = initialWeights(spec, 1)
  const description = describe(spec)
  const file = join(folder, `${family}-${hidden}-${classes}.safetensors`)
  writeFileSync(file, encodeModel(description, weights))
  return { file, description, weights, trained: false }
}

function describe(spec: ModelSpec): ModelDescription {
  const { classes } = spec
  return {
    kind: 'model',
    version: 1,
    spec,
    gateOrder: 'i,f,g,o',
    classes: Array.from({ length: classes }, (_, y) => `class ${y}`),
    logPrior: spec.family === 'generative' ? new Array<number>(classes).fill(-Math.log(classes)) : null,
    vocabulary: { fingerprint: `sha256:${'0'.repeat(64)}`, file: null },
    tokenizer: null,
    maxLength: null,
    training: null,
  }
}

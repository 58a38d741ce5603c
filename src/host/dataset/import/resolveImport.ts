import { basename } from 'node:path'
import { presets } from '../../../core/dataset/presets.ts'
import type { DatasetImport } from '../../../shared/contract/dataset.ts'
import {
  defaultLayout,
  defaultTokenizer,
  type Layout,
  type SplitRule,
  type TokenizerRules,
} from '../../../shared/contract/datasetRules.ts'
import { AppError } from '../../../shared/errors.ts'
import { nextStep } from '../../../shared/nextSteps.ts'
import type { FileFormat } from './readExamples.ts'

/** An import with everything filled in that the preset and the defaults give. */
export interface ResolvedImport {
  layout: Layout
  tokenizer: TokenizerRules
  split: { dev: SplitRule; test: SplitRule; seed: number }
}

const none: SplitRule = { kind: 'none' }
const drawnDev: SplitRule = { kind: 'share', share: 0.1 }
const drawnTest: SplitRule = { kind: 'share', share: 0.2 }

/**
 * What the user says goes before the preset, the preset before the defaults. A split that has files is not drawn.
 *
 * @throws AppError `input-invalid` where a split has files and a rule
 */
export function resolveImport(input: DatasetImport): ResolvedImport {
  const preset = input.preset === undefined ? undefined : presets[input.preset]
  const quote =
    preset === undefined && formatOf(input.train[0] ?? '', 'auto') === 'tsv' ? { quote: 'none' as const } : {}
  return {
    layout: { ...defaultLayout, ...quote, ...preset?.layout, ...given(input.layout) },
    tokenizer: { ...defaultTokenizer, ...preset?.tokenizer, ...given(input.tokenizer) },
    split: {
      dev: ruleOf('dev', input.dev, input.split.dev, preset?.split.dev ?? drawnDev),
      test: ruleOf('test', input.test, input.split.test, preset?.split.test ?? drawnTest),
      seed: input.split.seed,
    },
  }
}

/** @throws AppError `input-invalid` where `auto` finds no format in the name */
export function formatOf(path: string, format: Layout['format']): FileFormat {
  if (format !== 'auto') return format
  const ending = /\.(csv|tsv|jsonl|ndjson)(\.gz)?$/i.exec(basename(path))?.[1]?.toLowerCase()
  if (ending !== undefined) return ending === 'ndjson' ? 'jsonl' : (ending as FileFormat)
  throw new AppError('input-invalid', `The name of ${basename(path)} does not say how it is written.`, {
    expected: '.csv, .tsv, .jsonl or .ndjson, each also with .gz',
    hint: nextStep('name-format'),
  })
}

function ruleOf(split: string, files: readonly string[], rule: SplitRule | undefined, otherwise: SplitRule): SplitRule {
  if (files.length === 0) return rule ?? otherwise
  if (rule === undefined || rule.kind === 'none') return none
  throw new AppError('input-invalid', `The ${split} split has files and a rule to take it from the train files.`, {
    expected: 'one of the two',
  })
}

/** Without keys that are there and undefined. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}

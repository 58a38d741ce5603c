import type { z } from 'zod'
import type { datasetImportSchema, DatasetPreview, PresetName } from '../../../shared/contract/dataset.ts'
import {
  datasetNameSchema,
  encodingOptionsSchema,
  type Column,
  type Layout,
  type SplitName,
  type SplitRule,
  type TokenizerRules,
} from '../../../shared/contract/datasetRules.ts'
import type { ChosenFile } from '../../app/files.ts'

/** Endings of files that can be imported. */
export const textEndings = ['csv', 'tsv', 'jsonl', 'ndjson', 'txt', 'gz'] as const

/** Where a split comes from when it has no files; `usual` is what the preset says, else a tenth or a fifth drawn. */
export interface RuleForm {
  kind: 'usual' | SplitRule['kind']
  /** per cent */
  share: number
  rows: number
}

/** All that a person may say about an import. What is null or `''` is left to the preset, the file's head and the defaults. */
export interface ImportForm {
  files: Readonly<Record<SplitName, readonly ChosenFile[]>>
  preset: PresetName | ''
  name: string
  layout: { [K in 'format' | 'header' | 'quote' | 'text' | 'label']: Layout[K] | null }
  rules: Readonly<Record<'dev' | 'test', RuleForm>>
  seed: number
  duplicates: 'keep' | 'drop'
  unknownLabels: 'error' | 'drop'
  tokenizer: Partial<Omit<TokenizerRules, 'version'>>
  cap: number
  minFrequency: number
  maxLength: number
}

const usual = encodingOptionsSchema.parse({})
const asRead = { format: null, header: null, quote: null, text: null, label: null }

export function newImport(files: Partial<ImportForm['files']> = {}): ImportForm {
  return {
    files: { train: [], dev: [], test: [], ...files },
    preset: '',
    name: '',
    layout: asRead,
    rules: { dev: { kind: 'usual', share: 10, rows: 1000 }, test: { kind: 'usual', share: 20, rows: 1000 } },
    seed: 1,
    duplicates: 'keep',
    unknownLabels: 'error',
    tokenizer: {},
    cap: usual.cap,
    minFrequency: usual.minFrequency,
    maxLength: usual.maxLength,
  }
}

/** The form with other files to learn from; what was said of the columns of those before no longer holds. */
export function withFiles(form: ImportForm, split: SplitName, files: readonly ChosenFile[]): ImportForm {
  const layout = split === 'train' && form.files.train[0]?.path !== files[0]?.path ? asRead : form.layout
  return { ...form, layout, files: { ...form.files, [split]: files } }
}

/** What a column is read as. */
export type Role = 'label' | 'text' | 'none'

/** The layout that the import will have: what was said, before what the file's head shows. */
export function layoutOf({ layout }: Pick<ImportForm, 'layout'>, seen: Layout): Layout {
  const said = Object.entries(layout).filter(([, value]) => value !== null)
  return { ...seen, ...(Object.fromEntries(said) as Partial<Layout>) }
}

export function roleOf(column: Column, layout: Pick<Layout, 'text' | 'label'>): Role {
  if (layout.label === column) return 'label'
  return layout.text.includes(column) ? 'text' : 'none'
}

/** The form after a column was given a role: one column is the label; text columns keep the file's order. */
export function withRole(form: ImportForm, preview: DatasetPreview, column: Column, role: Role): ImportForm {
  const { text, label } = layoutOf(form, preview.layout)
  const order = preview.columns.map((one) => one.column)
  const kept = text.filter((one) => one !== column && one !== (role === 'label' ? column : undefined))
  const wanted = role === 'text' ? [...kept, column] : kept
  const inOrder = [...wanted].sort((a, b) => order.indexOf(a) - order.indexOf(b))
  return { ...form, layout: { ...form.layout, text: inOrder, label: role === 'label' ? column : label } }
}

export type ImportInput = z.input<typeof datasetImportSchema>

/** The call's input. Without a preset the whole layout is said, so that what was previewed is what is read. */
export function importInput(form: ImportForm, preview: DatasetPreview | undefined): ImportInput {
  const { files, preset, name, seed, duplicates, unknownLabels, cap, minFrequency, maxLength } = form
  const paths = (split: SplitName): string[] => files[split].map(({ path }) => path)
  const rules = { ...ruleInput(form, 'dev'), ...ruleInput(form, 'test') }
  return {
    ...(name.trim() === '' ? {} : { name: name.trim() }),
    ...(preset === '' ? {} : { preset }),
    train: paths('train'),
    dev: paths('dev'),
    test: paths('test'),
    layout: layoutInput(form, preview),
    split: { ...rules, seed },
    tokenizer: form.tokenizer,
    encoding: { cap, minFrequency, maxLength },
    unknownLabels,
    duplicates,
  }
}

function layoutInput(form: ImportForm, preview: DatasetPreview | undefined): Partial<Layout> {
  const said = Object.fromEntries(Object.entries(form.layout).filter(([, value]) => value !== null)) as Partial<Layout>
  if (preview === undefined) return said
  const { format, header, quote, text, label } = layoutOf(form, preview.layout)
  return form.preset === '' ? { format, header, quote, text, label } : { format, ...said }
}

function ruleInput({ files, rules }: ImportForm, split: 'dev' | 'test'): { [K in 'dev' | 'test']?: SplitRule } {
  const { kind, share, rows } = rules[split]
  if (kind === 'usual' || files[split].length > 0) return {}
  if (kind === 'share') return { [split]: { kind, share: share / 100 } }
  return { [split]: kind === 'last' ? { kind, rows } : { kind } }
}

/** What keeps the import from being started, a sentence each, by the part of the form that it belongs to. */
export function importProblems(
  form: ImportForm,
  preview: DatasetPreview | undefined,
  taken: readonly string[],
): Partial<Record<'files' | 'name' | 'columns', string>> {
  const problems: ReturnType<typeof importProblems> = {}
  const name = form.name.trim()
  if (form.files.train.length === 0) problems.files = 'Choose the file to learn from.'
  // What was wrong stands where its rows would; the import would say it again.
  else if (preview !== undefined && preview.problem !== null && preview.columns.length === 0)
    problems.files = 'The first file cannot be read as it is.'
  if (name !== '' && !datasetNameSchema.safeParse(name).success)
    problems.name = 'Use a–z, 0–9, ".", "_" and "-", a letter or digit first.'
  else if (taken.includes(name)) problems.name = 'There is a dataset of this name.'
  if (preview !== undefined && preview.columns.length > 0) {
    const { text, label } = layoutOf(form, preview.layout)
    if (text.length === 0) problems.columns = 'Name at least one column as text.'
    else if (text.includes(label)) problems.columns = 'A column cannot be text and label at once.'
  }
  return problems
}

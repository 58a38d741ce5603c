import { z } from 'zod'
import { presetNameOf } from '../../core/quantization/presetName.ts'
import { floatBits } from '../../core/study/axes.ts'
import { bitsValue, noiseValue, pivotAxes, shiftValue, type PivotAxis } from '../../shared/charts/axes.ts'
import { figureNames, noCode, type FigureName } from '../../shared/charts/runColumns.ts'
import { shiftSchema } from '../../shared/contract/evaluation.ts'
import { modelFamilySchema } from '../../shared/contract/modelRules.ts'
import { recipeSchema } from '../../shared/contract/quantizationRules.ts'
import type { RunTable } from '../../shared/contract/runTable.ts'
import { errorRecordSchema } from '../../shared/errorRecord.ts'
import { bitsSchema, noiseSchema, type Bits, type Warning } from '../../shared/units.ts'
import type { EvaluationRepository, EvaluationRow, RunRepository, StudyRepository } from '../../store/index.ts'
import { evaluationColumns, type EvaluationColumn } from '../../store/index.ts'
import type { ModelStore } from '../../store/models/index.ts'
import { CellMemo, type AxisCode, type Cell } from './cellMemo.ts'
import { Dictionary, fillCodes } from './dictionary.ts'
import { base64, encodedCodes, encodedFigure } from './encodeColumns.ts'

export interface RunTableParts {
  evaluations: EvaluationRepository
  runs: RunRepository
  studies: StudyRepository
  models: ModelStore
}

const noRun = ' '.repeat(26)
/** Behind the name of what a recipe follows that is not as it is named. */
const changedWords = ', changed'
const place = Object.fromEntries(evaluationColumns.map((name, index) => [name, index])) as Record<
  EvaluationColumn,
  number
>

const columnOf: Record<FigureName, EvaluationColumn> = {
  ...{ accuracy: 'accuracy', low: 'low', high: 'high', macroF1: 'macro_f1', nll: 'nll', ece: 'ece' },
  ...{ agreement: 'agreement', difference: 'difference', differenceLow: 'difference_low' },
  ...{ differenceHigh: 'difference_high', bytes: 'bytes', n: 'n' },
}

/** Figures of all evaluations of the home, oldest first. */
export async function homeTable(parts: RunTableParts): Promise<RunTable> {
  let maker: TableMaker | undefined
  parts.evaluations.visitAll((count, texts) => {
    const made = (maker = new TableMaker(count, texts))
    return (row, at) => made.addRun(row, at)
  })
  return finished(maker, parts, null)
}

async function finished(
  maker: TableMaker | undefined,
  parts: RunTableParts,
  study: RunTable['study'],
): Promise<RunTable> {
  if (maker === undefined) throw new Error('the evaluations were not read')
  maker.addModels(await modelsOf(parts, maker.modelFingerprints()))
  return { ...maker.table(parts, null), study, version: '' }
}

interface KnownModel {
  seed: number | null
  bytes: number
}

/** What the home knows of float models, by the id of their fingerprint's text. */
export async function modelsOf(
  { models }: RunTableParts,
  fingerprints: ReadonlyMap<number, string>,
): Promise<Map<number, KnownModel>> {
  const found = await Promise.all(
    [...fingerprints].map(async ([id, fingerprint]) => {
      const model = await models.byFingerprint(fingerprint)
      const seed = model?.record.training?.options.seed ?? null
      return [id, { seed, bytes: model?.record.bytes ?? Number.NaN }] as const
    }),
  )
  return new Map(found)
}

function textOf(json: string | undefined): string | null {
  const value: unknown = json === undefined ? null : JSON.parse(json)
  return typeof value === 'string' ? value : null
}

/** Rows as they come, as columns. */
export class TableMaker {
  readonly #count: number
  #texts: ReadonlyMap<number, string>
  /** ids of the texts of their models' fingerprints */
  readonly #models: Uint32Array
  readonly #axes = Object.fromEntries(pivotAxes.map((axis) => [axis, new Dictionary()])) as Record<
    PivotAxis,
    Dictionary
  >
  readonly #codes: Record<PivotAxis, Uint16Array>
  readonly #figures: Record<FigureName, Float64Array>
  readonly #ids: string[]
  readonly #states: Uint8Array
  readonly #bits = new Map<string, Bits>()
  readonly #bounds = new Dictionary()
  readonly #boundCodes: { accuracy: Uint16Array; difference: Uint16Array }
  readonly #sets = new Dictionary()
  readonly #setCodes: Uint16Array
  /** a run that has each set of warnings */
  readonly #warned = new Map<string, string>()
  readonly #failures = new Dictionary()
  readonly #failureCodes: Uint16Array
  /** of each axis, what the texts that were met stand for */
  readonly #textCodes = Object.fromEntries(pivotAxes.map((axis) => [axis, new Map()])) as Record<
    PivotAxis,
    Map<number, number>
  >
  readonly #recipeCodes = new Map<string, number>()
  /** settings of recipes that are no preset, by the name that they share */
  readonly #changed = new Map<string, string[]>()
  readonly #boundsCodes = new Map<number, number>()
  readonly #warningCodes = new Map<number, number>()
  readonly #cells = new CellMemo()
  readonly #columns: readonly (readonly [number, Float64Array])[]
  readonly #bitsValues = new Map<string, string>()
  #ofStudy = false
  readonly #families = new Map<string, string>()

  constructor(count: number, texts: ReadonlyMap<number, string>) {
    this.#count = count
    this.#texts = texts
    this.#models = new Uint32Array(count)
    this.#codes = Object.fromEntries(pivotAxes.map((axis) => [axis, fillCodes(count)])) as Record<
      PivotAxis,
      Uint16Array
    >
    this.#figures = Object.fromEntries(
      figureNames.map((name) => [name, new Float64Array(count).fill(Number.NaN)]),
    ) as Record<FigureName, Float64Array>
    this.#columns = figureNames.map((name) => [place[columnOf[name]], this.#figures[name]] as const)
    this.#ids = new Array<string>(count).fill(noRun)
    this.#states = new Uint8Array(count)
    this.#boundCodes = { accuracy: fillCodes(count), difference: fillCodes(count) }
    this.#setCodes = fillCodes(count)
    this.#failureCodes = fillCodes(count)
  }

  /** How many families are known: with one more, cells without a run that were told before have it too. */
  get families(): number {
    return this.#families.size
  }

  /** Texts that rows to come are about. */
  addTexts(texts: ReadonlyMap<number, string>): void {
    if (texts.size > 0) this.#texts = new Map([...this.#texts, ...texts])
  }

  /** An evaluation by what its result says of itself. */
  addRun(row: EvaluationRow, at: number): void {
    const id = (name: EvaluationColumn) => row[place[name]] as number | null
    this.#addFigures(row, at)
    this.#setText('model', at, id('model'), textOf)
    this.#setRecipe(at, id('recipe'), id('bits'), id('family'))
    if (id('bits') === null) this.#set('bits', at, this.#bitsOf(floatBits))
    else this.#setText('bits', at, id('bits'), (json) => this.#bitsValue(json))
    this.#setText('composition', at, id('composition'), compositionValue)
    this.#set('draw', at, numberText(id('draw')))
    this.#setText('noise', at, id('noise'), (json) => noiseValue(noiseSchema.parse(parsed(json))))
    this.#setText('shift', at, id('shift'), (json) => shiftValue(shiftSchema.nullable().parse(parsed(json))))
  }

  /** A cell of a study by the study's names. */
  addCell(row: EvaluationRow, error: string | null, coordinates: string, at: number): void {
    this.#ofStudy = true
    const codes = this.#cells.parts(coordinates, (cell) => this.#cellCodes(cell))
    for (const [axis, code] of codes) this.#codes[axis][at] = code
    if (row[place.run_id] !== null) {
      this.#states[at] = 0
      this.#failureCodes[at] = noCode
      this.#addFigures(row, at)
      const family = this.#axes.family.values[this.#codes.family[at] ?? noCode]
      const model = this.#axes.model.values[this.#codes.model[at] ?? noCode]
      if (family !== undefined && model !== undefined) this.#families.set(model, family)
      return
    }
    this.#ids[at] = noRun
    this.#states[at] = error === null ? 1 : 2
    this.#failureCodes[at] = error === null ? noCode : this.#failures.code(error)
  }

  /** Codes of a cell's values, those that many cells have in common first. */
  #cellCodes(cell: Cell): AxisCode[] {
    const values: [PivotAxis, string | null][] = [
      ['model', cell.model],
      ['seed', numberText(cell.seed)],
      ['recipe', cell.recipe],
      ['bits', this.#bitsOf(cell.bits)],
      ['composition', cell.composition],
      ['draw', numberText(cell.draw)],
      ['noise', noiseValue(cell.noise)],
      ['shift', shiftValue(cell.shift)],
    ]
    return values.map(([axis, value]) => [axis, value === null ? noCode : this.#axes[axis].code(value)])
  }

  #addFigures(row: EvaluationRow, at: number): void {
    const run = row[place.run_id] as string
    this.#ids[at] = run
    for (const [column, values] of this.#columns) {
      const value = row[column] as number | null
      if (value !== null) values[at] = value
    }
    this.#models[at] = (row[place.model_fingerprint] as number | null) ?? 0
    this.#setText('family', at, row[place.family] as number | null, textOf)
    this.#setText('dataset', at, row[place.dataset] as number | null, textOf)
    this.#setText('split', at, row[place.split] as number | null, textOf)
    this.#boundCodes.accuracy[at] = this.#boundsCode(row[place.bounds] as number | null)
    this.#boundCodes.difference[at] = this.#boundsCode(row[place.difference_bounds] as number | null)
    this.#setCodes[at] = this.#setCode(row[place.warnings] as number | null, run)
  }

  /** Of the float models, by the id of the text. */
  modelFingerprints(): Map<number, string> {
    const known = [...new Set(this.#models)].map((id) => [id, textOf(this.#texts.get(id))] as const)
    return new Map(known.filter((pair): pair is [number, string] => pair[1] !== null))
  }

  /** The size of a float model's file, and the seed of a training that no study tells. */
  addModels(models: ReadonlyMap<number, KnownModel>): void {
    for (let at = 0; at < this.#count; at += 1) {
      const model = models.get(this.#models[at] as number)
      if (model === undefined) continue
      if (Number.isNaN(this.#figures.bytes[at])) this.#figures.bytes[at] = model.bytes
      if (this.#codes.seed[at] === noCode && !this.#ofStudy) this.#set('seed', at, numberText(model.seed))
    }
  }

  /** All rows, or those that are named, ascending. */
  table({ runs }: Pick<RunTableParts, 'runs'>, rows: Uint32Array | null): Omit<RunTable, 'study' | 'version'> {
    this.#nameFamilies()
    const { kinds, sets } = this.#warnings(runs)
    const codes = (all: Uint8Array | Uint16Array): string => encodedCodes(rows === null ? all : some(all, rows))
    const figure = (all: Float64Array) =>
      encodedFigure(rows === null ? all : Float64Array.from(rows, (row) => all[row] as number))
    return {
      total: this.#count,
      rows: rows === null ? null : base64(rows),
      count: rows?.length ?? this.#count,
      ids: rows === null ? this.#ids.join('') : Array.from(rows, (row) => this.#ids[row]).join(''),
      states: codes(this.#states),
      axes: Object.fromEntries(
        pivotAxes.map((axis) => [axis, { values: [...this.#axes[axis].values], codes: codes(this.#codes[axis]) }]),
      ) as RunTable['axes'],
      bits: this.#axes.bits.values.map((value) => this.#bits.get(value) as Bits),
      figures: Object.fromEntries(
        figureNames.map((name) => [name, figure(this.#figures[name])]),
      ) as RunTable['figures'],
      bounds: {
        kinds: this.#bounds.values.map((text) => JSON.parse(text) as RunTable['bounds']['kinds'][number]),
        accuracy: codes(this.#boundCodes.accuracy),
        difference: codes(this.#boundCodes.difference),
      },
      warnings: { kinds, sets, rows: codes(this.#setCodes) },
      failures: {
        kinds: this.#failures.values.map((text) => errorRecordSchema.parse(JSON.parse(text))),
        rows: codes(this.#failureCodes),
      },
    }
  }

  #set(axis: PivotAxis, at: number, value: string | null): void {
    if (value !== null) this.#codes[axis][at] = this.#axes[axis].code(value)
  }

  /** The value that a text stands for, worked out once a text. */
  #setText(axis: PivotAxis, at: number, id: number | null, read: (json: string) => string | null): void {
    if (id === null) return
    const known = this.#textCodes[axis]
    let code = known.get(id)
    if (code === undefined) {
      const json = this.#texts.get(id)
      const value = json === undefined ? null : read(json)
      code = value === null ? noCode : this.#axes[axis].code(value)
      known.set(id, code)
    }
    this.#codes[axis][at] = code
  }

  #bitsValue(json: string): string | null {
    const bits = bitsSchema.safeParse(parsed(json))
    return bits.success ? this.#bitsOf(bits.data) : null
  }

  #bitsOf(bits: Bits): string {
    let value = this.#bitsValues.get(bits.label)
    if (value === undefined) {
      value = bitsValue(bits)
      this.#bitsValues.set(bits.label, value)
      this.#bits.set(value, bits)
    }
    return value
  }

  /** The preset whose settings the recipe has, or what it follows with word of the change; by recipe, widths and family, worked out once. */
  #setRecipe(at: number, recipe: number | null, bits: number | null, family: number | null): void {
    if (recipe === null) return
    const key = `${recipe} ${bits} ${family}`
    let code = this.#recipeCodes.get(key)
    if (code === undefined) {
      const read = (id: number | null): unknown => parsed(this.#texts.get(id ?? -1) ?? 'null')
      const name = recipeName(read(recipe), read(bits), read(family))
      code = name === null ? noCode : this.#axes.recipe.code(this.#toldApart(name, read(recipe)))
      this.#recipeCodes.set(key, code)
    }
    this.#codes.recipe[at] = code
  }

  /** `ours, changed`, and `ours, changed 2` of other settings than the first that had the name; widths are told by their own axis. */
  #toldApart(name: string, recipe: unknown): string {
    if (!name.endsWith(changedWords)) return name
    const settings = JSON.stringify({ ...(recipe as object), widths: null, singleWidth: null })
    const known = this.#changed.get(name) ?? []
    if (!known.includes(settings)) known.push(settings)
    this.#changed.set(name, known)
    const number = known.indexOf(settings) + 1
    return number === 1 ? name : `${name} ${number}`
  }

  #boundsCode(id: number | null): number {
    if (id === null) return noCode
    let code = this.#boundsCodes.get(id)
    if (code === undefined) {
      const json = this.#texts.get(id)
      code = json === undefined || json.includes('null') ? noCode : this.#bounds.code(json)
      this.#boundsCodes.set(id, code)
    }
    return code
  }

  /** The set of warnings of a row, and a run that has it. */
  #setCode(id: number | null, run: string): number {
    let code = this.#warningCodes.get(id ?? -1)
    if (code === undefined) {
      const set = this.#texts.get(id ?? -1) ?? '[]'
      code = this.#sets.code(set)
      this.#warned.set(set, run)
      this.#warningCodes.set(id ?? -1, code)
    }
    return code
  }

  /** A cell without a run is of the family that its model has elsewhere. */
  #nameFamilies(): void {
    const { values } = this.#axes.model
    for (let at = 0; at < this.#count; at += 1) {
      if (this.#states[at] === 0) continue
      const model = values[this.#codes.model[at] ?? noCode]
      this.#set('family', at, this.#families.get(model ?? '') ?? null)
    }
  }

  /** One warning of each code, as the first run that has it says it. */
  #warnings(runs: RunRepository): { kinds: Warning[]; sets: number[][] } {
    const kinds = new Map<string, Warning>()
    const sets = this.#sets.values.map((set) => {
      const codes = z.array(z.string()).parse(parsed(set))
      if (codes.some((code) => !kinds.has(code))) {
        for (const warning of runs.get(this.#warned.get(set) ?? '')?.warnings ?? [])
          if (!kinds.has(warning.code)) kinds.set(warning.code, warning)
      }
      const places = [...kinds.keys()]
      return codes.map((code) => places.indexOf(code)).filter((at) => at >= 0)
    })
    return { kinds: [...kinds.values()], sets }
  }
}

function recipeName(recipe: unknown, bits: unknown, family: unknown): string | null {
  const whole = recipeSchema.safeParse(recipe)
  const [widths, kin] = [bitsSchema.safeParse(bits), modelFamilySchema.safeParse(family)]
  const target = z.looseObject({ target: z.string() }).safeParse(recipe).data?.target ?? null
  if (!whole.success || !widths.success || !kin.success) return target
  return presetNameOf(whole.data, kin.data, widths.data) ?? `${whole.data.target}${changedWords}`
}

function numberText(value: number | null): string | null {
  return value === null ? null : String(value)
}

/** `balanced`; `World 50 %, Sports 50 %`; `all but World`. */
function compositionValue(json: string): string | null {
  const value = parsed(json)
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return null
  const shares = Object.entries(value as Record<string, unknown>)
  if (typeof shares[0]?.[1] === 'string') return `all but ${shares[0][1]}`
  const total = shares.reduce((sum, [, share]) => sum + Number(share), 0)
  return shares.map(([name, share]) => `${name} ${Number(((Number(share) / total) * 100).toPrecision(3))} %`).join(', ')
}

function parsed(json: string): unknown {
  return JSON.parse(json) as unknown
}

function some(all: Uint8Array | Uint16Array, rows: Uint32Array): Uint16Array {
  return Uint16Array.from(rows, (row) => all[row] as number)
}

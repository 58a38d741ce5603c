import { z } from 'zod'
import type { Answer, Results } from '../contract/results.ts'
import { accuracyByBits } from './accuracyByBits.ts'
import { activations } from './activations.ts'
import { adjustments } from './adjustments.ts'
import { clean, onlySchema, pivotAxisSchema, valuesOf, type RowsAndAnswers } from './axes.ts'
import { differences, differencesOnPage } from './differences.ts'
import { classFigures } from './classFigures.ts'
import { confusion, firstEvaluated } from './confusion.ts'
import type { Figure } from './figure.ts'
import { heatMap } from './heatMap.ts'
import type { Look } from './look.ts'
import { noiseCurves } from './noiseCurves.ts'
import type { PivotRequest } from './pivot.ts'
import { significance } from './significance.ts'
import { subjectSchema, type Subject } from './subjects.ts'

const only = { only: onlySchema.default({}) }
const sets = { set: subjectSchema, against: subjectSchema.nullable().default(null) }

/** A chart as a person asks for it. */
export const chartRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('accuracy-by-bits'),
    panels: pivotAxisSchema.default('composition'),
    enlarged: z.boolean().default(false),
    ...only,
  }),
  z.strictObject({ kind: z.literal('noise-curves'), ...only }),
  z.strictObject({ kind: z.literal('bits-by-composition'), ...only }),
  z.strictObject({ kind: z.literal('bits-by-noise'), ...only }),
  /** of the first cell that fits */
  z.strictObject({ kind: z.literal('confusion'), ...only }),
  z.strictObject({ kind: z.literal('classes'), ...only }),
  z.strictObject({ kind: z.literal('significance'), question: z.string() }),
  z.strictObject({ kind: z.literal('differences'), question: z.string(), page: z.int().min(0).default(0) }),
  z.strictObject({
    kind: z.literal('activations'),
    ...sets,
    texts: z.enum(['own', 'common']).default('own'),
    part: z.int().min(0).default(0),
  }),
  z.strictObject({ kind: z.literal('weight-adjustments'), ...sets }),
])
export type ChartRequest = z.infer<typeof chartRequestSchema>
export type ChartKind = ChartRequest['kind']
export const chartKinds: readonly ChartKind[] = chartRequestSchema.options.map(({ shape }) => shape.kind.value)

/** Pairs of sets for which a chart is drawn without being asked for. */
const usualPairs = 12

/** Null where the study has nothing of the kind. */
export function figureOf(results: Results, look: Look, request: ChartRequest, width?: number): Figure | null {
  switch (request.kind) {
    case 'accuracy-by-bits':
      return accuracyByBits(results, look, request, width)
    case 'noise-curves':
      return noiseCurves(results, look, request, width)
    case 'bits-by-composition':
      return heatMap(results, look, request, width)
    case 'bits-by-noise':
      return heatMap(results, look, { ...request, by: 'noise' }, width)
    case 'confusion':
    case 'classes': {
      const evaluated = firstEvaluated(results, request.only)
      if (evaluated === null) return null
      return request.kind === 'confusion' ? confusion(evaluated, look, width) : classFigures(evaluated, look, width)
    }
    case 'significance':
      return significance(results, look, request, width)
    case 'differences':
      return differences(results, look, request, width)
    case 'activations':
      return activations(results, look, request, width)
    case 'weight-adjustments':
      return adjustments(results, look, request, width)
  }
}

/** The charts of requests, each with a name that no other has; what there is nothing of is left out. */
export function figuresOf(results: Results, look: Look, requests: readonly ChartRequest[], width?: number): Figure[] {
  const taken = new Map<string, number>()
  return requests.flatMap((request) => {
    const figure = figureOf(results, look, request, width)
    if (figure === null) return []
    const base = [figure.name, ...nameParts(request)]
      .map((part) => slug(part))
      .filter((part) => part !== '')
      .join('-')
    const times = (taken.get(base) ?? 0) + 1
    taken.set(base, times)
    return [{ ...figure, name: times === 1 ? base : `${base}-${times}` }]
  })
}

function nameParts(request: ChartRequest): string[] {
  if (request.kind === 'significance') return [request.question]
  if (request.kind === 'differences') return [request.question, request.page === 0 ? '' : String(request.page + 1)]
  if (request.kind !== 'activations' && request.kind !== 'weight-adjustments') return []
  const { model = '', bits = '', composition = '' } = request.set
  return [
    model,
    bits,
    composition,
    request.against === null ? '' : `against-${request.against.composition ?? request.against.bits ?? 'other'}`,
  ]
}

/** Letters and digits of a name, for a file's name; what is longer than `most` characters ends with a whole word of it. */
export function slug(text: string, most = 40): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
  const bare = plain.replace(/^-|-$/g, '')
  if (bare.length <= most) return bare
  const words = bare.slice(0, most + 1).replace(/-[^-]*$/, '')
  return words.slice(0, most)
}

/** The composition that others are held against: of a question about compositions, else `balanced`, else the first. */
export function referenceComposition(results: RowsAndAnswers): string | null {
  return referenceIn(valuesOf(results.rows, 'composition'), results.answers)
}

/** {@link referenceComposition} among the values that are there. */
export function referenceIn(values: readonly string[], answers: readonly Answer[]): string | null {
  const asked = answers.find(({ question }) => question.compare === 'composition')?.question.against
  const wanted = [asked === undefined ? undefined : String(asked), 'balanced'].find(
    (name) => name !== undefined && values.includes(name),
  )
  return wanted ?? values[0] ?? null
}

/** The charts that a study has without anybody asking. */
export function usualCharts(results: Results): ChartRequest[] {
  const reference = referenceComposition(results)
  const fixed = reference === null ? {} : { composition: [reference] }
  const hasNoise = valuesOf(results.rows, 'noise').some((value) => value !== clean)
  return [
    { kind: 'accuracy-by-bits', panels: 'composition', enlarged: false, only: {} },
    { kind: 'accuracy-by-bits', panels: 'composition', enlarged: true, only: {} },
    ...(hasNoise ? [{ kind: 'noise-curves' as const, only: fixed }] : []),
    { kind: 'bits-by-composition', only: {} },
    ...results.answers.flatMap(({ question, contrasts }) =>
      Array.from({ length: Math.ceil(contrasts.length / differencesOnPage) }, (_, page) => ({
        kind: 'differences' as const,
        question: question.name,
        page,
      })),
    ),
    ...pairsOf(
      results.profiles.filter(({ texts }) => texts === usualTexts(results)),
      reference,
    ).map((pair) => ({ kind: 'activations' as const, ...pair, texts: usualTexts(results), part: 0 })),
    ...pairsOf(results.adjustments, reference).map((pair) => ({ kind: 'weight-adjustments' as const, ...pair })),
  ]
}

/** One common set of texts shows what the quantizer does; each set's own texts show the texts as well. */
function usualTexts({ profiles }: Results): 'own' | 'common' {
  return profiles.some(({ texts }) => texts === 'common') ? 'common' : 'own'
}

type Named = Results['adjustments'][number] | Results['profiles'][number]

/** Of each model, at its narrowest widths and of the first seed and draw: every other composition against the reference. */
function pairsOf(entries: readonly Named[], reference: string | null): { set: Subject; against: Subject | null }[] {
  const pairs: { set: Subject; against: Subject | null }[] = []
  for (const [model, own] of Map.groupBy(entries, (entry) => entry.model)) {
    const narrowest = own.map((entry) => entry.bits).sort((x, y) => weightsIn(x) - weightsIn(y))[0] ?? null
    const common = { model, ...(narrowest === null ? {} : { bits: narrowest }) }
    const others = [...new Set(own.map((entry) => entry.composition))].filter(
      (name) => name !== null && name !== reference,
    )
    const against =
      own.some((entry) => entry.composition === reference) && reference !== null
        ? { ...common, composition: reference }
        : null
    if (others.length === 0)
      pairs.push({ set: { ...common, ...(reference === null ? {} : { composition: reference }) }, against: null })
    for (const composition of others) if (composition !== null) pairs.push({ set: { ...common, composition }, against })
  }
  return pairs.slice(0, usualPairs)
}

/** The weights' width in a label such as `W4 A8 C8`. */
function weightsIn(label: string | null): number {
  return Number(/^W(\d+)/.exec(label ?? '')?.[1] ?? Number.POSITIVE_INFINITY)
}

/** The tables that a study has without anybody asking. */
export function usualPivots(results: RowsAndAnswers): PivotRequest[] {
  const rows = (['model', 'recipe', 'composition'] as const).filter(
    (axis) => axis === 'model' || valuesOf(results.rows, axis).length > 1,
  )
  const noises = valuesOf(results.rows, 'noise').length > 1
  const usual = { only: {}, best: 'column' as const }
  return [
    { rows: [...rows], columns: ['bits'], value: 'accuracy', ...usual },
    { rows: [...rows], columns: ['bits'], value: 'difference', ...usual },
    ...(noises
      ? [{ rows: [...rows, 'noise' as const], columns: ['bits' as const], value: 'accuracy' as const, ...usual }]
      : []),
  ]
}

import type { Comparison } from '../../../shared/contract/statistics.ts'

const figures = ['difference', 'low', 'high', 'p', 'agreement'] as const
const comparisons = {
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
} as const

/** `difference < -0.01` */
export interface Condition {
  /** `low` and `high` are the ends of the difference's interval; `p` is corrected */
  figure: (typeof figures)[number]
  relation: keyof typeof comparisons
  value: number
}

/** Undefined where the text is none. */
export function parseCondition(text: string): Condition | undefined {
  const found = /^\s*([a-z]+)\s*(<=|>=|<|>)\s*(\S+)\s*$/.exec(text)
  const figure = figures.find((name) => name === found?.[1])
  const value = Number(found?.[3])
  if (figure === undefined || !Number.isFinite(value)) return undefined
  return { figure, relation: found?.[2] as Condition['relation'], value }
}

export function conditionText({ figure, relation, value }: Condition): string {
  return `${figure} ${relation} ${value}`
}

/** Whether it holds for any contrast, or any pair; a figure that there is not does not fit any condition. */
export function meets({ figure, relation, value }: Condition, comparison: Comparison): boolean {
  return figuresOf(figure, comparison).some((found) => found !== null && comparisons[relation](found, value))
}

function figuresOf(figure: Condition['figure'], { contrasts, pairs }: Comparison): (number | null)[] {
  switch (figure) {
    case 'difference':
      return contrasts.map(({ difference }) => difference)
    case 'low':
      return contrasts.map(({ interval }) => interval?.low ?? null)
    case 'high':
      return contrasts.map(({ interval }) => interval?.high ?? null)
    case 'p':
      return contrasts.map(({ pCorrected }) => pCorrected)
    case 'agreement':
      return pairs.map(({ agreement }) => agreement)
  }
}

import type { Answer } from '../../shared/contract/results.ts'

/** An answer's limits that its sentence, and others that stand beside it, do not say already. */
export function limitsLeft({ sentence, limits }: Pick<Answer, 'sentence' | 'limits'>, others = ''): string[] {
  const said = `${sentence} ${others}`.toLowerCase()
  return limits.filter((limit) => !said.includes(limit.toLowerCase().replace(/\.$/, '')))
}

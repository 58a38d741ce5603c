/** What a number field holds against its limits: the number, or the sentence that says what is wrong. */
export type ReadNumber = { value: number } | { problem: string }

export interface NumberLimits {
  min?: number | undefined
  max?: number | undefined
  /** 1: whole numbers alone */
  step?: number | undefined
}

/** Reads a number as people type it: with a minus sign or a hyphen, a point or a comma, and spaces or commas between thousands. */
export function readNumber(text: string, { min, max, step }: NumberLimits = {}): ReadNumber {
  const plain = text
    .trim()
    .replace('−', '-')
    .replace(/(?<=\d)[\s  ](?=\d{3}\b)/g, '')
  const pointed = /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain) ? plain.replaceAll(',', '') : plain.replace(',', '.')
  const value = pointed === '' ? Number.NaN : Number(pointed)
  if (!Number.isFinite(value)) return { problem: 'A number is expected.' }
  if (step === 1 && !Number.isInteger(value)) return { problem: 'A whole number is expected.' }
  if (min !== undefined && value < min) return { problem: `At least ${min.toLocaleString('en')}.` }
  if (max !== undefined && value > max) return { problem: `At most ${max.toLocaleString('en')}.` }
  return { value }
}

/** A value moved by steps, without the dust of binary fractions, and kept inside its limits. */
export function stepped(value: number, by: number, { min, max, step = 1 }: NumberLimits): number {
  const digits = Math.max(decimalsOf(step), decimalsOf(value))
  const moved = Number((value + by * step).toFixed(digits))
  return Math.min(max ?? Number.POSITIVE_INFINITY, Math.max(min ?? Number.NEGATIVE_INFINITY, moved))
}

function decimalsOf(value: number): number {
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent))
}

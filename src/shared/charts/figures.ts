/** Numbers as people read them. Fractions become per cent here and nowhere else; minus signs are minus signs. */

export function signed(text: string): string {
  return text.replaceAll('-', '−')
}

/** `0.9199` is `91.99`. What is not all, or not none, does not read as 100 or 0: it has as many digits more as that takes. */
export function percentText(share: number, digits = 2): string {
  return signed(fixed(share * 100, digitsBeside([share * 100], [0, 100], digits)))
}

/** Ends of an interval of a share: `86.3–87.8`. They are not the same text, nor 100 or 0 where they only come close. */
export function percentEnds(low: number, high: number, between = '–', least = 1): string {
  const ends = [low * 100, high * 100] as const
  const digits = digitsBeside(ends, [0, 100], digitsApart(...ends, least))
  return ends.map((end) => signed(fixed(end, digits))).join(between)
}

/** Ends of an interval of a difference of shares, in points: `−0.20 to +0.12`; one that excludes 0 does not read as reaching it. */
export function pointsEnds(low: number, high: number, least = 1): string {
  const ends = [low * 100, high * 100] as const
  const digits = digitsBeside(ends, [0], digitsApart(...ends, least))
  return `${pointsText(low, digits)} to ${pointsText(high, digits)}`
}

/** A difference of shares in points, with its sign: `−1.25`, `+0.30`, `0.00`. */
export function pointsText(difference: number, digits = 2): string {
  const text = fixed(difference * 100, digits)
  return Number(text) > 0 ? `+${text}` : signed(text)
}

/** Digits after the point with which two ends of an interval are not the same text: an interval is not rounded to nothing. */
export function digitsApart(low: number, high: number, least = 1, most = 4): number {
  let digits = least
  while (digits < most && low !== high && fixed(low, digits) === fixed(high, digits)) digits += 1
  return digits
}

/** Digits after the point with which no value reads as one of the marks that it is not: an end just above 0 is not rounded to 0. */
export function digitsBeside(values: readonly number[], marks: readonly number[], least = 1, most = 6): number {
  const isOnto = (digits: number) =>
    values.some((value) => marks.some((mark) => value !== mark && fixed(value, digits) === fixed(mark, digits)))
  let digits = least
  while (digits < most && isOnto(digits)) digits += 1
  return digits
}

/** Digits behind the point with which ticks at shares, in per cent or points, read as where they stand. */
export function stepDigits(scale: readonly number[]): number {
  const isWhole = (value: number, digits: number) =>
    Math.abs(value * 100 * 10 ** digits - Math.round(value * 100 * 10 ** digits)) < 1e-6
  return [0, 1, 2, 3].find((digits) => scale.every((value) => isWhole(value, digits))) ?? 4
}

/** A difference that a test can find, in points: two digits behind the point, more where those would be zeros. */
export function detectableText(difference: number): string {
  return fixed(difference * 100, digitsBeside([difference * 100], [0], 2))
}

/**
 * Digits behind the point with which a p-value keeps its side of the levels that are usual: 0.0496 does not read as 0.05.
 *
 * @param least digits that it has anyway
 */
export function digitsOfP(p: number, least: number): number {
  return digitsBeside([p], [0.05, 0.01], least)
}

/** `toFixed` without a minus before zeros. */
export function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits)
  return Number(text) === 0 ? text.replace('-', '') : text
}

const units = ['B', 'kB', 'MB', 'GB', 'TB']

/** Decimal units, three digits: `853 kB`. */
export function sizeText(bytes: number): string {
  return sizeTo(bytes, 3)
}

function sizeTo(bytes: number, digits: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1)
  const value = bytes / 1000 ** power
  return `${power === 0 || (digits === 3 && value >= 100) ? Math.round(value) : value.toPrecision(digits)} ${units[power]}`
}

/** Three digits, small ones in scientific form: `0.0123`, `1.2e−7`. */
export function plainNumber(value: number): string {
  return plainTo(value, 3)
}

function plainTo(value: number, digits: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  const text = size >= 0.001 && size < 1e6 ? String(Number(value.toPrecision(digits))) : value.toExponential(digits - 2)
  return signed(text.replace('e+', 'e'))
}

/** Ends of a range as {@link plainNumber} or {@link sizeText} write them, with as many digits as tell them apart: `0.3319–0.3324`. */
export function plainEnds(low: number, high: number, of: 'number' | 'size' = 'number', between = '–'): string {
  const write = of === 'size' ? sizeTo : plainTo
  let digits = 3
  while (digits < 9 && low !== high && write(low, digits) === write(high, digits)) digits += 1
  return [low, high].map((end) => write(end, digits)).join(between)
}

/** `1 draw`, `3 draws`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : plural}`
}

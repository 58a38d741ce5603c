/** Numbers as people read them. Fractions become per cent here and nowhere else; minus signs are minus signs. */

export function signed(text: string): string {
  return text.replaceAll('-', '−')
}

/** `0.9199` is `91.99`. */
export function percentText(share: number, digits = 2): string {
  return signed(fixed(share * 100, digits))
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

/** `toFixed` without a minus before zeros. */
export function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits)
  return Number(text) === 0 ? text.replace('-', '') : text
}

const units = ['B', 'kB', 'MB', 'GB', 'TB']

/** Decimal units, three digits: `853 kB`. */
export function sizeText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1)
  const value = bytes / 1000 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toPrecision(3)} ${units[power]}`
}

/** Three digits, small ones in scientific form: `0.0123`, `1.2e−7`. */
export function plainNumber(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  const text = size >= 0.001 && size < 1e6 ? String(Number(value.toPrecision(3))) : value.toExponential(1)
  return signed(text.replace('e+', 'e'))
}

/** `1 draw`, `3 draws`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : plural}`
}

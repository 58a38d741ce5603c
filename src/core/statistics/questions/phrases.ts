import { fixed, signed } from '../../../shared/charts/figures.ts'
import type { Interval } from '../../../shared/units.ts'
import type { CorrectionMethod } from '../corrections.ts'

const correctionNames: Readonly<Record<CorrectionMethod, string>> = {
  holm: 'Holm',
  'benjamini-hochberg': 'Benjamini-Hochberg',
  'benjamini-yekutieli': 'Benjamini-Yekutieli',
  none: 'none',
}

/** ` after Holm over 6 contrasts`; nothing for one contrast or no correction. */
export function correctionText(method: CorrectionMethod, family: number): string {
  return family > 1 && method !== 'none' ? ` after ${correctionNames[method]} over ${family} contrasts` : ''
}

/** `at W4 A8 C8, seed 1, `. A value that does not start with a letter is said with its axis. */
export function placeText(within: Readonly<Record<string, string>>): string {
  const parts = Object.entries(within).map(([axis, value]) => (/^\p{L}/u.test(value) ? value : `${axis} ${value}`))
  return parts.length === 0 ? '' : `at ${parts.join(', ')}, `
}

/** A fraction in points, hundredths of all texts; more than two digits are shortened to those that count. A minus is U+2212. */
export function points(fraction: number, digits: number): string {
  const text = fixed(100 * fraction, digits)
  return signed(digits > 2 ? String(Number(text)) : text)
}

/** `95 % interval`. */
export function levelText({ level }: Pick<Interval, 'level'>): string {
  return `${Number((100 * level).toFixed(2))} % interval`
}

/** `For these models.` */
export function whole(text: string): string {
  return `${capital(text)}.`
}

export function capital(text: string): string {
  return text.replace(/^./u, (letter) => letter.toUpperCase())
}

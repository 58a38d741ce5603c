import type { ResultRow } from '../contract/results.ts'
import type { Width } from '../units.ts'
import type { Token } from './tokens.ts'

/** The colours and fonts that a chart is drawn with. */
export interface Look {
  colour: (token: Token) => string
  /** font families as CSS lists, in single quotes: ECharts writes them into attributes as they are */
  sans: string
  mono: string
}

/** The look of a table of tokens, or of a page: `lookOf((name) => style.getPropertyValue('--' + name).trim(), …)`. */
export function lookOf(colour: (token: Token) => string, fonts: { sans: string; mono: string }): Look {
  return { colour, ...fonts }
}

export type Family = ResultRow['family']

export function familyColour(look: Look, family: Family): string {
  return look.colour(family === 'discriminative' ? 'disc' : 'gen')
}

export function familyBand(look: Look, family: Family): string {
  return look.colour(family === 'discriminative' ? 'disc-band' : 'gen-band')
}

/** Circle and diamond: families are told apart without colour too. */
export function familySymbol(family: Family): 'circle' | 'diamond' {
  return family === 'discriminative' ? 'circle' : 'diamond'
}

/** The colour of a width of weights: one hue, fewer bits have more contrast. The scale has no step of its own for seven bits. */
export function widthToken(width: Width): Token {
  return width === 7 ? 'w-8' : `w-${width}`
}

/** `#rgb` in full: a style sheet that was made smaller has it for `#rrggbb`. */
function inFull(colour: string): string {
  return /^#[0-9a-f]{3}$/i.test(colour) ? colour.replace(/[0-9a-f]/gi, '$&$&') : colour
}

/** A colour `share` of the way from one to another, both `#rrggbb`. */
export function mixColours(from: string, to: string, share: number): string {
  const [first, second] = [inFull(from), inFull(to)]
  const channels = [1, 3, 5].map((at) => {
    const a = Number.parseInt(first.slice(at, at + 2), 16)
    const b = Number.parseInt(second.slice(at, at + 2), 16)
    return Math.round(a + (b - a) * Math.min(1, Math.max(0, share)))
      .toString(16)
      .padStart(2, '0')
  })
  return `#${channels.join('')}`
}

/** Relative luminance of `#rrggbb`, 0 to 1 (WCAG 2.2). */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(inFull(colour).slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

export function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)]
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
}

/** Of two inks, the one that is read better on a ground. */
export function inkOn(ground: string, look: Look): string {
  const [ink, paper] = [look.colour('ink'), look.colour('surface')]
  return contrast(ink, ground) >= contrast(paper, ground) ? ink : paper
}

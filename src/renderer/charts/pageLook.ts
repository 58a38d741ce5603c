import { computed, type ComputedRef } from 'vue'
import type { Measure } from '../../shared/charts/frame.ts'
import { lookOf, type Look } from '../../shared/charts/look.ts'
import { useInterface } from '../app/interface.ts'

/** The look of figures on this page: the same definitions as an export's, in the colours of the theme as it stands. */
export function usePageLook(): ComputedRef<Look> {
  const shell = useInterface()
  return computed(() => lookFor(shell.theme))
}

/** The document takes its theme before its tokens are read: whoever looks first must not read those of the theme before. */
function lookFor(theme: string): Look {
  document.documentElement.dataset['theme'] = theme
  const style = getComputedStyle(document.documentElement)
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  const known = new Map<string, string>()
  const colour = (name: string): string => {
    const found = known.get(name) ?? token(name)
    known.set(name, found)
    return found
  }
  // ECharts writes font families into attributes as they are.
  const family = (name: string): string => token(name).replaceAll('"', "'")
  return lookOf(colour, { sans: family('font-sans'), mono: family('font-mono') })
}

let pen: CanvasRenderingContext2D | null | undefined

/** The width of a text in the page's own font. */
export const measureText: Measure = (text, size, weight) => {
  pen ??= document.createElement('canvas').getContext('2d')
  if (pen === null || pen === undefined) return text.length * size * 0.56
  pen.font = `${weight} ${size}px ${getComputedStyle(document.documentElement).getPropertyValue('--font-sans')}`
  return pen.measureText(text).width
}

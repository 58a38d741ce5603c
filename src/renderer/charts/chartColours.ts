/** The colours and fonts that a chart definition is given; a page reads them from its tokens, an export from a theme. */
export interface ChartLook {
  ink: string
  ink2: string
  ink3: string
  axis: string
  grid: string
  tick: string
  surface: string
  sans: string
  mono: string
}

/** The look of the page as its tokens stand now. Read again when the theme turns. */
export function chartLookOf(element: Element): ChartLook {
  const style = getComputedStyle(element)
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    ink: token('ink'),
    ink2: token('ink-2'),
    ink3: token('ink-3'),
    axis: token('axis'),
    grid: token('grid'),
    tick: token('tick-text'),
    surface: token('surface'),
    sans: token('font-sans'),
    mono: token('font-mono'),
  }
}

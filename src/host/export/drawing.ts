import type { CanvasRenderingContext2D } from '@napi-rs/canvas'
import type { Measure } from '../../shared/charts/frame.ts'
import { drawnFonts, registerFaces } from './fonts.ts'

type CanvasModule = typeof import('@napi-rs/canvas')
type ChartModule = typeof import('echarts/core')

export interface Drawing {
  canvas: CanvasModule
  charts: ChartModule
  /** with the packaged fonts */
  measure: Measure
}

let opened: Promise<Drawing> | undefined

/** ECharts and the canvas, loaded at the first picture: most commands draw none. */
export function openDrawing(): Promise<Drawing> {
  opened ??= load()
  return opened
}

async function load(): Promise<Drawing> {
  const [canvas, charts, kinds, components, features, renderers] = await Promise.all([
    import('@napi-rs/canvas'),
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/features'),
    import('echarts/renderers'),
  ])
  registerFaces((bytes, family) => canvas.GlobalFonts.register(bytes, family))
  charts.use([
    kinds.LineChart,
    kinds.ScatterChart,
    kinds.CustomChart,
    components.GridComponent,
    components.GraphicComponent,
    features.LabelLayout,
    renderers.SVGRenderer,
    renderers.CanvasRenderer,
  ])
  const context = canvas.createCanvas(1, 1).getContext('2d')
  // Without it ECharts guesses widths from a table of its own fonts, and places texts of an SVG by the guess.
  charts.setPlatformAPI({
    measureText: (text: string, font = '11px sans') => ({
      width: text === ideograph ? sizeOf(font) : widthIn(context, text, font),
    }),
  })
  return { canvas, charts, measure: (text, size, weight) => widthIn(context, text, `${weight} ${size}px sans`) }
}

/** ECharts takes this character's width for the height of a line. The packaged fonts lack it; those of one machine would move every label. */
const ideograph = '国'

function sizeOf(font: string): number {
  return Number(/([\d.]+)px/.exec(font)?.[1] ?? 11)
}

function widthIn(context: CanvasRenderingContext2D, text: string, font: string): number {
  const [, style = ''] = /^(.*?px)/.exec(font) ?? []
  context.font = `${style} ${font.includes('Mono') ? drawnFonts.mono : drawnFonts.sans}`
  return context.measureText(text).width
}

import type { Canvas, SKRSContext2D } from '@napi-rs/canvas'
import { describeSvg, tidySvg } from '../../core/export/svgDocument.ts'
import { frameFigure, type Framed } from '../../shared/charts/frame.ts'
import type { Figure } from '../../shared/charts/figure.ts'
import { lookOf, type Look } from '../../shared/charts/look.ts'
import { darkTokens, lightTokens } from '../../shared/charts/tokens.ts'
import type { Drawing } from './drawing.ts'
import { drawnFonts, namedFonts } from './fonts.ts'
import { withPngTexts } from './pngTexts.ts'

/** The look of files, which are drawn on white. `named`: another program draws the text; `drawn`: it is drawn here. */
export const fileLooks = {
  named: lookOf((token) => lightTokens[token], namedFonts),
  drawn: lookOf((token) => lightTokens[token], drawnFonts),
  dark: lookOf((token) => darkTokens[token], namedFonts),
} satisfies Record<string, Look>

/** CSS pixels for a point of a page. */
const points = 0.75
/** Pixels of a PNG for a CSS pixel. */
const density = 2

/** What is written into a picture beside what it shows. */
export interface PictureFacts {
  foot: string
  provenance: readonly string[]
}

/** The SVG element of a figure, its ids begun with `prefix`; with its heading and foot for a file, without for a page. */
export function drawSvg(
  drawing: Drawing,
  figure: Figure,
  look: Look,
  prefix: string,
  facts: PictureFacts | null,
): string {
  const framed = frameFigure(figure, look, drawing.measure, framing(facts))
  const chart = drawing.charts.init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: framed.width,
    height: framed.height,
  })
  try {
    chart.setOption(framed.option)
    return describeSvg(tidySvg(chart.renderToSVGString(), prefix), prefix, figure.title, figure.words)
  } finally {
    chart.dispose()
  }
}

/** A PNG of two pixels for each CSS pixel. The figure must be built with the `drawn` look. */
export function drawPng(drawing: Drawing, figure: Figure, facts: PictureFacts): Buffer {
  const framed = frameFigure(figure, fileLooks.drawn, drawing.measure, framing(facts))
  const png = withCanvas(drawing, framed, density, (canvas) => canvas.toBuffer('image/png'))
  const texts = facts.provenance.map((line): [string, string] => ['Comment', line])
  return withPngTexts(png, [['Title', figure.title], ['Description', figure.words], ['Software', 'Bitgauge'], ...texts])
}

/** A PDF of one page, lines and text as such. Neither a date nor an id is in it. */
export function drawPdf(drawing: Drawing, figure: Figure, facts: PictureFacts): Buffer {
  const framed = frameFigure(figure, fileLooks.drawn, drawing.measure, framing(facts))
  const { PDFDocument } = drawing.canvas
  const document = new PDFDocument({ title: figure.title, subject: facts.provenance.join('; '), creator: 'Bitgauge' })
  const page = document.beginPage(Math.ceil(framed.width * points), Math.ceil(framed.height * points)) as SKRSContext2D
  page.scale(points, points)
  withCanvas(drawing, framed, 1, (canvas) => page.drawCanvas(canvas, 0, 0))
  document.endPage()
  return document.close()
}

function framing(facts: PictureFacts | null) {
  return facts === null
    ? { heading: false, footer: [], padding: 4 }
    : { heading: true, footer: [facts.foot], padding: 16 }
}

function withCanvas<T>(
  { canvas, charts }: Drawing,
  { width, height, option }: Framed,
  ratio: number,
  use: (canvas: Canvas) => T,
): T {
  const ground = canvas.createCanvas(width * ratio, height * ratio)
  // ECharts asks for an element of a page; of a canvas it uses no more than what this one has.
  const chart = charts.init(ground as unknown as Parameters<typeof charts.init>[0], null, {
    renderer: 'canvas',
    devicePixelRatio: ratio,
    width,
    height,
  })
  try {
    chart.setOption(option)
    return use(ground)
  } finally {
    chart.dispose()
  }
}

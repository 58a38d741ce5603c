/** What a key shows before its word: a mark, a line, or both. */
export interface Key {
  label: string
  colour: string
  symbol: 'circle' | 'diamond' | 'square' | 'none'
  /** lengths of dashes and gaps; null: no line; an empty list: a solid one */
  dash: number[] | null
  hollow?: boolean
}

export interface FigureTable {
  head: string[]
  rows: string[][]
}

/** A chart with the words that belong to it. Texts are plain, not escaped, and hold no names that are not cut. */
export interface Figure {
  /** stable; also the file's name */
  name: string
  title: string
  /** unit, level and method of intervals, what was fixed */
  caption: string[]
  /** warnings, and what is missing */
  notes: string[]
  keys: Key[]
  /** the chart in words, for those who do not see it */
  words: string
  /** the chart's figures, for those who want to read them */
  table: FigureTable
  /** CSS pixels */
  width: number
  height: number
  option: ChartOption
}

type Plain = Record<string, unknown>

/**
 * An ECharts option: plain objects, and functions that draw what a series cannot. Grids and graphics are placed in pixels from the top
 * left corner. It needs LineChart, ScatterChart, CustomChart, GridComponent, GraphicComponent and the feature LabelLayout.
 */
export interface ChartOption {
  [key: string]: unknown
  animation: false
  textStyle: Plain
  grid: (Plain & { top: number; left: number })[]
  xAxis: Plain[]
  yAxis: Plain[]
  series: Plain[]
  graphic: (Plain & { y: number })[]
}

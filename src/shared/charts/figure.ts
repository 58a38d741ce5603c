import type { PivotAxis } from './axes.ts'

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

/** One thing of a chart that a reader can choose: a point of a line, a cell of a heat map. */
export interface Datum {
  /** its middle: of the plot with this index in the plot's own units; of none: pixels from the figure's top left corner, with its size */
  at: { plot: number | null; x: number; y: number; width?: number; height?: number }
  /** what stands there, read on its own */
  words: string
  /** what it is about: a value an axis, as in a table's cell */
  place: Partial<Record<PivotAxis, string>>
  /** of the runs that it is made from */
  ids: string[]
}

/** A chart with the words that belong to it. Texts are plain, not escaped, and hold no names that are not cut. */
export interface Figure {
  /** stable; also the file's name */
  name: string
  title: string
  /** unit, level and method of intervals, what was fixed */
  caption: string[]
  /** what labels in short stand for, warnings, and what is missing */
  notes: string[]
  keys: Key[]
  /** the chart in words, for those who do not see it */
  words: string
  /** the chart's figures, for those who want to read them */
  table: FigureTable
  /** in reading order: along a line, then the next line; left out where nothing can be chosen */
  data?: Datum[]
  /** CSS pixels */
  width: number
  height: number
  option: ChartOption
}

/** A note that is the key to a label in short. */
export const keyNote = (label: string, whole: string): string => `${label} stands for ${whole}.`

/** Whether a note says what is doubtful; the others are keys. */
export const isDoubt = (note: string): boolean => !/^W\S+( \S+){1,3} stands for /.test(note)

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

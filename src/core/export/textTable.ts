/** A table for people, before it is written in a format. Texts are plain; each format escapes them. */
export interface TextCell {
  text: string
  /** below the text: an interval, or why there is none */
  second?: string
  /** `=`, `?`, `↓`, `↑` */
  mark?: string
  best?: boolean
  /** carries a warning */
  doubt?: boolean
  /** words in place of a figure */
  absent?: boolean
}

export interface TextTable {
  /** stable; also the file's name */
  name: string
  title: string
  caption: string[]
  /** names of the leading columns, which say what a row is about */
  stub: string[]
  /** names of the columns of figures */
  head: string[]
  rows: { stub: string[]; cells: TextCell[] }[]
  /** what the marks mean, and warnings */
  notes: string[]
}

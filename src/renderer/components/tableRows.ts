/** A column of a table: how its head reads, and what its rows are put in order by. */
export interface Column<Row> {
  id: string
  title: string
  align?: 'left' | 'right' | undefined
  mono?: boolean | undefined
  /** left out: the column does not sort; null stands last in either direction */
  sort?: ((row: Row) => string | number | null) | undefined
  /** CSS width of a grid's column, such as `120px` or `2fr` */
  width?: string | undefined
}

export interface Order {
  id: string
  descending: boolean
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** The rows in order, as a new list; equal rows keep the order in which they came. */
export function inOrder<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  order: Order | null,
): readonly Row[] {
  const valueOf = columns.find((column) => column.id === order?.id)?.sort
  if (order === null || valueOf === undefined) return rows
  const turn = order.descending ? -1 : 1
  return rows
    .map((row) => ({ row, value: valueOf(row) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null)
      return turn * compare(a.value, b.value)
    })
    .map(({ row }) => row)
}

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b))
}

/** The order after a column's head was pressed: ascending, descending, then as the rows came. */
export function turned(order: Order | null, id: string): Order | null {
  if (order?.id !== id) return { id, descending: false }
  return order.descending ? null : { id, descending: true }
}

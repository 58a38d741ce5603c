const units = ['B', 'kB', 'MB', 'GB', 'TB']

/** Decimal units, three digits: `853 MB`. */
export function bytesText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1)
  const value = bytes / 1000 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toPrecision(3).replace(/\.?0+$/, '')} ${units[power]}`
}

/** Two digits in scientific form with a real minus sign: `1.2e−7`; `0` for zero, `not finite` for null. */
export function errorText(value: number | null): string {
  if (value === null) return 'not finite'
  if (value === 0) return '0'
  const text =
    value >= 0.01 && value < 1000 ? String(Number(value.toPrecision(2))) : value.toExponential(1).replace('.0e', 'e')
  return text.replace('e+', 'e').replace('-', '−')
}

/** A time in milliseconds with three digits: `0.412`, `12.3`, `104`. */
export function millisecondsText(ms: number): string {
  return ms >= 100 ? Math.round(ms).toLocaleString('en') : ms.toPrecision(3)
}

/** Seconds with two digits where short: `0.34 s`, `12 s`; from two minutes on `21 min`, `3 h 4 min`. */
export function secondsText(seconds: number): string {
  if (seconds < 0.001) return 'under 1 ms'
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 120) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** The time of day in the reader's zone, the day with it where it is not today's, the day alone of another year; `not yet` for null. */
export function momentText(moment: string | null, now: Date = new Date()): string {
  if (moment === null) return 'not yet'
  const date = new Date(moment)
  const time = date.toLocaleTimeString('en-GB')
  if (date.toDateString() === now.toDateString()) return time
  const day = { day: 'numeric', month: 'short' } as const
  if (date.getFullYear() !== now.getFullYear()) return date.toLocaleDateString('en-GB', { ...day, year: 'numeric' })
  return `${date.toLocaleDateString('en-GB', day)} ${time.slice(0, 5)}`
}

/** How long a job ran. */
export function spanText(started: string | null, ended: string | null): string {
  if (started === null || ended === null) return ''
  return secondsText(Math.max(0, Date.parse(ended) - Date.parse(started)) / 1000)
}

/** Which rows of a list are shown: `51–100 of 4,000`; `of 50 or more` where nobody has counted them to the end. */
export function rowsText(rows: { offset: number; shown: number; total: number | null; more: boolean }): string {
  const { offset, shown, total, more } = rows
  if (shown === 0) return 'none'
  const last = (offset + shown).toLocaleString('en')
  const place = `${(offset + 1).toLocaleString('en')}–${last}`
  if (total !== null) return `${place} of ${total.toLocaleString('en')}`
  return more ? `${place} of more than ${last}` : place
}

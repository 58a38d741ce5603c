import { pageAddress } from './pageAddress.ts'

/** The scheme by which other programs point at a run, a study, a model … of the home that is open. */
export const linkScheme = 'bitgauge'

/** The page that shows each kind of thing. */
const pages: Readonly<Record<string, (id: string) => string>> = {
  run: (id) => `/results?run=${id}`,
  study: (id) => `/studies/${id}`,
  model: (id) => `/models/${id}`,
  dataset: (id) => `/datasets/${id}`,
  calibration: (id) => `/calibration/${id}`,
  job: (id) => `/jobs/${id}`,
}

const pattern = new RegExp(`^${linkScheme}://(${Object.keys(pages).join('|')})/([0-7][0-9A-HJKMNP-TV-Z]{25})/?$`)

/** The page's route that `bitgauge://<kind>/<id>` points at; null for whatever is not exactly that. A link shows and starts nothing. */
export function routeOfLink(link: string): string | null {
  const [, kind = '', id = ''] = pattern.exec(link) ?? []
  return pages[kind]?.(id) ?? null
}

/** The route of the first link among a program's arguments, as the system hands one over; null where there is none. */
export function routeOfArguments(given: readonly string[]): string | null {
  return given.map(routeOfLink).find((route) => route !== null) ?? null
}

/** The address that shows a route. */
export function addressOf(route: string): string {
  return `${pageAddress}#${route}`
}

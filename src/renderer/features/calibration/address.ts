import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import {
  compositionSchema,
  labelHandlingSchema,
  type Composition,
  type LabelHandling,
} from '../../../shared/contract/calibrationRules.ts'
import { drawOptionsSchema } from '../../../shared/contract/quantizationInput.ts'

/** What stands in the address of a set that is being composed. */
export interface SetAddress {
  dataset: string | null
  composition: Composition | null
  size: number | null
  draws: number | null
  seed: number | null
  name: string | null
  labels: LabelHandling | null
  /** of the profiles: model, reference, site and part */
  model: string | null
  against: string | null
  site: string | null
  part: number | null
}

export const mostDraws = 100

/** Reads an address that a person may have written; what is no value of its kind is left out. */
export function readAddress(query: LocationQuery): SetAddress {
  const text = (name: string): string | null => {
    const value = query[name]
    return typeof value === 'string' && value !== '' ? value : null
  }
  const number = (
    name: string,
    schema: { safeParse: (value: unknown) => { data?: number | undefined } },
  ): number | null => {
    const value = text(name)
    return value === null ? null : (schema.safeParse(Number(value)).data ?? null)
  }
  const { size, seed, draw } = drawOptionsSchema.shape
  return {
    dataset: text('dataset'),
    composition: compositionIn(text('composition')),
    size: number('size', size),
    draws: number('draws', draw.unwrap().min(1).max(mostDraws)),
    seed: number('seed', seed),
    name: text('name'),
    labels: labelHandlingSchema.safeParse(text('labels')).data ?? null,
    model: text('model'),
    against: text('against'),
    site: text('site'),
    part: number('part', draw),
  }
}

/** The query of an address: what is null is left out. */
export function writeAddress({ composition, ...rest }: Partial<SetAddress>): LocationQueryRaw {
  const given = {
    ...rest,
    composition: composition === null || composition === undefined ? null : compositionText(composition),
  }
  const entries = Object.entries(given).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}

/** A word, or JSON; what `?composition=` holds here and on the page of studies. */
export function compositionText(composition: Composition): string {
  return typeof composition === 'string' ? composition : JSON.stringify(composition)
}

function compositionIn(text: string | null): Composition | null {
  if (text === null) return null
  try {
    const value: unknown = text.startsWith('{') ? JSON.parse(text) : text
    return compositionSchema.safeParse(value).data ?? null
  } catch {
    return null
  }
}

import type { Site } from '../contract/quantizationRules.ts'

/** What a site is called where people read it. */
export const siteNames: Readonly<Record<Site, string>> = {
  input: 'input x',
  hidden: 'hidden h',
  'gate-i': 'gate i',
  'gate-f': 'gate f',
  'gate-g': 'gate g',
  'gate-o': 'gate o',
  'sigmoid-i': 'sigmoid i',
  'sigmoid-f': 'sigmoid f',
  'sigmoid-o': 'sigmoid o',
  'tanh-g': 'tanh g',
  'tanh-c': 'tanh c',
  cell: 'cell c',
  'head-input': 'head in',
  'head-output': 'head out',
}

/** The same of a site that a record names; one that is not known keeps the record's name. */
export function nameOfSite(site: string): string {
  return (siteNames as Readonly<Record<string, string>>)[site] ?? site
}

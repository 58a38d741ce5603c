import { sites, type Site } from '../../shared/contract/quantizationRules.ts'
import type { Warning } from '../../shared/units.ts'

/** What a quantized model gave at one site over some texts, real steps only. */
export interface SignalCounts {
  /** values seen */
  count: number
  min: number
  max: number
  /** different values seen; a count that stops at some number is as good */
  distinct: number
}

export type PartSignals = Readonly<Partial<Record<Site, SignalCounts>>>

export interface DeadSignal {
  part: number
  site: Site
  /** the one value that it ever had */
  value: number
}

/**
 * The sites that never changed: what follows them cannot depend on the text. An accuracy does not show this, as a generative model goes on
 * classifying by its class vectors alone.
 */
export function deadSignals(parts: readonly PartSignals[]): DeadSignal[] {
  return parts.flatMap((signals, part) =>
    sites.flatMap((site) => {
      const seen = signals[site]
      const dead = seen !== undefined && seen.count > 1 && (seen.distinct === 1 || seen.min === seen.max)
      return dead ? [{ part, site, value: seen.min }] : []
    }),
  )
}

/** The same as warnings, which are kept with the result. */
export function deadSignalWarnings(parts: readonly PartSignals[]): Warning[] {
  return deadSignals(parts).map(({ part, site, value }) => ({
    code: 'signal-dead',
    message: `${site} was ${Number(value.toPrecision(4))} at every step of every text: nothing behind it depends on the text.`,
    subject: siteSubject(part, parts.length, site),
  }))
}

/** What a warning about a site is about: the site, and its part where there are several. */
export function siteSubject(part: number, parts: number, site: string): string {
  return parts === 1 ? site : `class.${part}.${site}`
}

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** The folder that `--home DIR` or `--home=DIR` names among a program's arguments; null where none does. */
export function homeOfArguments(given: readonly string[]): string | null {
  const at = given.indexOf('--home')
  const named = at >= 0 ? given[at + 1] : given.find((one) => one.startsWith('--home='))?.slice('--home='.length)
  return named === undefined || named === '' ? null : resolve(named)
}

export interface ChosenHome {
  given: readonly string[]
  environment: NodeJS.ProcessEnv
  /** homes that were open before, the newest first */
  recent: readonly string[]
  /** the platform's folder, or that of `BITGAUGE_HOME` */
  usual: string
}

/** Which home to open: the one that is named, by argument before environment; else the last one that is still there; else the usual one. */
export function chooseHome({ given, environment, recent, usual }: ChosenHome): string {
  const named = homeOfArguments(given)
  if (named !== null) return named
  if ((environment['BITGAUGE_HOME'] ?? '') !== '') return usual
  const last = recent[0]
  return last !== undefined && existsSync(last) ? last : usual
}

/** A program's arguments without those that name a home. */
export function withoutHome(given: readonly string[]): string[] {
  return given.filter((one, k) => one !== '--home' && !one.startsWith('--home=') && given[k - 1] !== '--home')
}

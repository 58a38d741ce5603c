import { valuesOf } from '../../shared/charts/axes.ts'
import { plainText } from '../../shared/charts/shownName.ts'
import type { Results } from '../../shared/contract/results.ts'

/**
 * What made an export, a fact a line, on one line each and with nothing but printable characters: study, fingerprints, seeds, versions, and how
 * much of the study there is. No time and no machine: the same results give the same lines.
 */
export function provenanceLines(results: Results): string[] {
  const { study, dataset, cells, rows } = results
  const list = (values: readonly string[]) => (values.length === 0 ? 'none' : values.join(' '))
  const versions = Object.entries(results.versions).map(([name, version]) => `${name} ${version}`)
  const lines = [
    `study ${study.name}, seed ${study.seed}`,
    `study fingerprint ${study.fingerprint}`,
    `data ${dataset.name}, ${dataset.fingerprint}`,
    `training seeds ${list(valuesOf(rows, 'seed'))}; calibration draws ${list(valuesOf(rows, 'draw'))}`,
    `made by ${versions.length === 0 ? 'versions unknown' : versions.sort().join(', ')}`,
    cellsLine(cells),
  ]
  return lines.map(plainText)
}

function cellsLine({ total, done, failed }: Results['cells']): string {
  const left = total - done - failed
  return `cells ${done} of ${total} done${failed > 0 ? `, ${failed} failed` : ''}${left > 0 ? `, ${left} not run` : ''}`
}

/** The shortest form, for the foot of a picture. */
export function provenanceFoot(results: Results): string {
  const short = (fingerprint: string) => fingerprint.slice(0, 'sha256:'.length + 12)
  const { study, dataset, versions } = results
  const version = versions['bitgauge'] === undefined ? 'Bitgauge' : `Bitgauge ${versions['bitgauge']}`
  return plainText(
    `${version}; study ${study.name} ${short(study.fingerprint)}; data ${dataset.name} ${short(dataset.fingerprint)}; seed ${study.seed}`,
  )
}

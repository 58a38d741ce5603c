/**
 * The manifests, not parsed yet, in what `bitgauge calibrate --json` or `bitgauge calibrate show --json` printed; null where it is something else, such as
 * a manifest itself.
 */
export function printedManifests(value: unknown): unknown[] | null {
  const data = fieldOf(value, 'data')
  const sets = fieldOf(data, 'sets') ?? [fieldOf(data, 'set')]
  if (!Array.isArray(sets)) return null
  const manifests = sets.map((set) => fieldOf(set, 'manifest'))
  return manifests.length === 0 || manifests.includes(undefined) ? null : manifests
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

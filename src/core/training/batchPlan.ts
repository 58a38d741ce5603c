import { stream } from '../random/randomStream.ts'

/** Batches of one pool are cut from texts sorted by length; more batches a pool mean less padding and less chance in their make-up. */
const batchesAPool = 64

/** One step's texts: row numbers of the split, and the group of parameters that they train. */
export interface PlannedBatch {
  rows: Uint32Array
  group: number
}

/**
 * The batches of an epoch: texts in a random order, cut into pools, each pool sorted by length and cut into batches, the batches then in a
 * random order. So the texts of a batch are of similar length and little of it is padding. Each text stands in exactly one batch; the last
 * batch of a group's last pool may be smaller. The plan depends on seed and epoch alone, so that training can be taken up in mid-epoch.
 *
 * @param lengths length of each text
 * @param groups  group of each text, or null where there is one group
 * @param epoch   counts from 1
 */
export function planBatches(
  lengths: ArrayLike<number>,
  groups: ArrayLike<number> | null,
  batch: number,
  seed: number,
  epoch: number,
): PlannedBatch[] {
  const random = stream(seed, 'batches', epoch)
  const order = random.shuffle(Uint32Array.from({ length: lengths.length }, (_, row) => row))
  const planned = [...byGroup(order, groups)].flatMap(([group, rows]) => cutGroup(rows, lengths, batch, group))
  return random.shuffle(planned)
}

/** Steps of one epoch. */
export function stepsAnEpoch(texts: number, groups: ArrayLike<number> | null, batch: number): number {
  if (groups === null) return Math.ceil(texts / batch)
  const sizes = new Map<number, number>()
  for (let row = 0; row < texts; row += 1) sizes.set(groups[row]!, (sizes.get(groups[row]!) ?? 0) + 1)
  return [...sizes.values()].reduce((sum, size) => sum + Math.ceil(size / batch), 0)
}

function byGroup(order: Uint32Array, groups: ArrayLike<number> | null): Map<number, Uint32Array> {
  if (groups === null) return new Map([[0, order]])
  const rows = new Map<number, number[]>()
  for (const row of order) {
    const group = groups[row]!
    const found = rows.get(group)
    if (found === undefined) rows.set(group, [row])
    else found.push(row)
  }
  return new Map([...rows].sort(([a], [b]) => a - b).map(([group, of]) => [group, Uint32Array.from(of)]))
}

function cutGroup(rows: Uint32Array, lengths: ArrayLike<number>, batch: number, group: number): PlannedBatch[] {
  const planned: PlannedBatch[] = []
  const pool = batch * batchesAPool
  for (let start = 0; start < rows.length; start += pool) {
    const sorted = rows.slice(start, start + pool).sort((a, b) => lengths[a]! - lengths[b]! || a - b)
    for (let at = 0; at < sorted.length; at += batch) planned.push({ rows: sorted.slice(at, at + batch), group })
  }
  return planned
}

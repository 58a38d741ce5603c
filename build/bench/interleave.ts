import { ratio, record, type BenchRatio, type BenchRecord } from './record.ts'

/** Somebody who does the same work as others, a block of it at a time. */
export interface Contender {
  contender: string
  version?: string
  recipe?: string
  kernel?: string
  threads?: number
  /** does a block of the work; the sample of it */
  block: () => Promise<number>
}

export interface Race {
  case: string
  metric: string
  unit: BenchRecord['unit']
  better: BenchRecord['better']
  contenders: readonly Contender[]
  rounds: number
  /** whose samples are set beside whose; pairs of which one does not take part are left out */
  against?: readonly (readonly [contender: string, against: string])[]
}

/**
 * Lets all contenders take turns, A B C A B C …, so that whatever slows the machine slows them all: sample k of each is of round k. The first round
 * is not counted.
 */
export async function interleave(race: Race): Promise<{ records: BenchRecord[]; ratios: BenchRatio[] }> {
  process.stderr.write(`${race.case} …\n`)
  const samples = race.contenders.map((): number[] => [])
  for (let round = -1; round < race.rounds; round += 1) {
    for (const [k, contender] of race.contenders.entries()) {
      const sample = await contender.block()
      if (round >= 0) samples[k]!.push(sample)
    }
  }
  const { case: name, metric, unit, better } = race
  const records = race.contenders.map((contender, k) =>
    record({ case: name, metric, unit, better, ...whoIs(contender), samples: samples[k]! }),
  )
  return { records, ratios: ratiosOf(name, records, race.against ?? []) }
}

/** What a record says of a contender. */
export function whoIs({ contender, version = '', recipe = '', kernel = '', threads = 1 }: Contender) {
  return { contender, version, recipe, kernel, threads }
}

function ratiosOf(
  name: string,
  records: readonly BenchRecord[],
  against: readonly (readonly [string, string])[],
): BenchRatio[] {
  return against.flatMap(([one, other]) => {
    const pair = [one, other].map((wanted) => records.find(({ contender }) => contender === wanted))
    return pair[0] === undefined || pair[1] === undefined ? [] : [ratio(name, pair[0], pair[1])]
  })
}

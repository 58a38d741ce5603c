import type { Peers } from '../peers.ts'
import { joinMeasured, type Measured } from '../record.ts'
import { benchDiscriminative } from './discriminative.ts'
import { benchGenerative } from './generative.ts'
import { benchStudyCell } from './studyCell.ts'
import { benchWeightBytes } from './weightBytes.ts'
import { setUpWorkbench, type Workbench } from './workbench.ts'

/**
 * Our runtime beside its peers, with models that are trained on AG News once; a machine without the data has weights that learned nothing.
 *
 * @param home where the trained models are kept between runs
 * @param pairs rounds of the discriminative models, in which every contender has its turn; the rest has half as many and a third
 */
export function benchInference(peers: Peers, home: string, quick: boolean, pairs = 15): Promise<Measured> {
  return withWorkbench(home, quick, async (bench) =>
    joinMeasured([
      await benchDiscriminative(bench, peers, quick ? 3 : pairs),
      await benchGenerative(bench, peers, quick ? 2 : Math.floor(pairs / 2)),
      await benchWeightBytes(bench),
    ]),
  )
}

/** A cell of a study beside a peer's: profile, quantize, evaluate. Arguments as those of `benchInference`. */
export function benchCell(peers: Peers, home: string, quick: boolean, pairs = 15): Promise<Measured> {
  return withWorkbench(home, quick, (bench) => benchStudyCell(bench, peers, quick ? 1 : Math.floor(pairs / 3)))
}

async function withWorkbench(
  home: string,
  quick: boolean,
  measure: (bench: Workbench) => Promise<Measured>,
): Promise<Measured> {
  const bench = await setUpWorkbench(home, quick ? 200 : 2000)
  try {
    return await measure(bench)
  } finally {
    bench.close()
  }
}

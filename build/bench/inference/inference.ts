import type { Peers } from '../peers.ts'
import { joinMeasured, type Measured } from '../record.ts'
import { benchDiscriminative } from './discriminative.ts'
import { benchGenerative } from './generative.ts'
import { benchStudyCell } from './studyCell.ts'
import { benchWeightBytes } from './weightBytes.ts'
import { setUpWorkbench } from './workbench.ts'

/**
 * Our runtime beside its peers, with models that are trained on AG News once; a machine without the data has weights that learned nothing.
 *
 * @param home where the trained models are kept between runs
 * @param pairs rounds of the discriminative models, in which every contender has its turn; the rest has half as many and a third
 */
export async function benchInference(peers: Peers, home: string, quick: boolean, pairs = 15): Promise<Measured> {
  const bench = await setUpWorkbench(home, quick ? 200 : 2000)
  try {
    return joinMeasured([
      await benchDiscriminative(bench, peers, quick ? 3 : pairs),
      await benchGenerative(bench, peers, quick ? 2 : Math.floor(pairs / 2)),
      await benchStudyCell(bench, peers, quick ? 1 : Math.floor(pairs / 3)),
      await benchWeightBytes(bench),
    ])
  } finally {
    bench.close()
  }
}

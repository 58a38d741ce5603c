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
 */
export async function benchInference(peers: Peers, home: string, quick: boolean): Promise<Measured> {
  const bench = await setUpWorkbench(home, quick ? 200 : 2000)
  try {
    return joinMeasured([
      await benchDiscriminative(bench, peers, quick ? 3 : 15),
      await benchGenerative(bench, peers, quick ? 2 : 7),
      await benchStudyCell(bench, peers, quick ? 1 : 5),
      await benchWeightBytes(bench),
    ])
  } finally {
    bench.close()
  }
}

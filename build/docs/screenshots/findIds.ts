import { pino } from 'pino'
import { forkLauncher, openHost } from '../../../src/host/index.ts'
import { defaultPaths } from '../../../src/host/paths.ts'
import type { Ids } from './shots.ts'

/** The newest of each kind that a home has; an empty word where it has none. */
export async function findIds(home: string): Promise<Ids> {
  const log = pino({ enabled: false })
  const host = await openHost({ home, cache: defaultPaths().cache, launcher: forkLauncher({ log }), log })
  try {
    const { client } = host
    const [study] = await client.study.list({})
    const { models } = await client.model.list({})
    const { datasets } = await client.dataset.list({})
    const { sets } = await client.calibration.list({})
    const first = JSON.stringify(sets[0]?.manifest.composition)
    // Of a study that is too large to be looked through, pictures show no run.
    const rows =
      study === undefined || study.cells.total > 20_000 ? [] : (await client.study.results({ study: study.id })).rows
    const quantized = rows.find(
      ({ bits, model, recipe }) => bits.weights === 4 && model === 'writes' && recipe === 'ours',
    )
    return {
      study: study?.id ?? '',
      model: models[0]?.id ?? '',
      dataset: datasets[0]?.id ?? '',
      calibration: sets[0]?.id ?? '',
      other: sets.find(({ manifest }) => JSON.stringify(manifest.composition) !== first)?.id ?? '',
      run: quantized?.id ?? '',
    }
  } finally {
    await host.close()
  }
}

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { FloatCell, QuantizedCell } from '../../../src/host/quantization/cells.ts'
import { needsProfile } from '../../../src/host/quantization/cellKeys.ts'
import { completeBits, recipeSchema, type BitsInput } from '../../../src/shared/contract/quantizationRules.ts'
import type { StoredModel } from '../../../src/store/models/index.ts'
import { clean, noisy, quiet, workshop } from './support.ts'

const shop = workshop()
const floats = ['input', 'hidden', 'gates', 'sigmoid', 'tanh', 'cell', 'head'] as const
const allFloat = Object.fromEntries(floats.map((group) => [group, 'float'])) as Partial<
  Record<(typeof floats)[number], 'float'>
>

/** A cell of the dev split with everything it needs, its profile made. */
async function cell(
  model: StoredModel,
  given: BitsInput,
  changes: object = {},
  of: Partial<FloatCell> = {},
): Promise<QuantizedCell> {
  const { stages, dataset } = shop()
  const recipe = recipeSchema.parse(changes)
  const bits = completeBits(given, recipe)
  const set = await stages.parts.sets.draw(dataset, { composition: 'balanced', size: 64, seed: 1, draw: 0 })
  const options = { labels: 'true', bins: 1024, headOutput: false } as const
  const profile = needsProfile(recipe, bits)
    ? await stages.parts.profiles.make({ model, dataset, set, options }, quiet)
    : null
  return { model, dataset, split: 'dev', inputs: [clean, noisy], recipe, bits, profile, ...of }
}

function array(id: string, name: string): number[] {
  return [...shop().store.runs.array(id, name).data]
}

describe('a quantized cell', () => {
  it('is evaluated once, beside its float model, and kept with what each text had', async () => {
    const { stages, discriminative, store } = shop()
    const asked = await cell(discriminative, 8)
    expect(stages.parts.cells.find([asked])[0]).toEqual({
      quantization: undefined,
      evaluations: [undefined, undefined],
    })
    const first = await stages.parts.cells.evaluate(asked, quiet)
    expect(first.computed).toBe(2)
    const [evaluation] = first.evaluations
    const float = stages.parts.cells.findFloat([asked])[0]![0]!
    const [ours, theirs, labels] = [
      array(evaluation!.id, 'predicted'),
      array(float.id, 'predicted'),
      array(float.id, 'labels'),
    ]
    const share = (fits: (text: number) => boolean): number =>
      labels.filter((_, text) => fits(text)).length / labels.length
    const quantized = evaluation!.quantization!
    expect(evaluation).toMatchObject({
      split: 'dev',
      n: labels.length,
      accuracy: share((text) => ours[text] === labels[text]),
    })
    expect(quantized.float).toMatchObject({ run: float.id, agreement: share((text) => ours[text] === theirs[text]) })
    expect(quantized.float!.difference.value).toBeCloseTo(evaluation!.accuracy - float.accuracy, 12)
    expect(quantized).toMatchObject({ run: first.quantization.id, fingerprint: first.quantization.fingerprint })
    expect(quantized.calibration).toMatchObject({ composition: 'balanced', size: 64, draw: 0, labels: 'true' })
    expect(store.runs.get(first.quantization.id)?.stage).toBe('quantization')

    const again = await stages.parts.cells.evaluate(asked, quiet)
    expect(again).toEqual({ ...first, computed: 0 })
    expect(stages.parts.cells.findIds([asked])).toEqual([first.evaluations.map(({ id }) => id)])
  })

  it('near eight bits is near float, and at two it is not', async () => {
    const { stages, discriminative, generative } = shop()
    for (const model of [discriminative, generative]) {
      const at = async (bits: BitsInput): Promise<number> => {
        const { evaluations } = await stages.parts.cells.evaluate(
          await cell(model, bits, {}, { inputs: [clean] }),
          quiet,
        )
        return evaluations[0]!.quantization!.float!.agreement
      }
      expect(await at(8)).toBeGreaterThan(0.97)
      expect(await at(2)).toBeLessThan(await at(8))
    }
  })

  it('of float widths has the classes of the float model', async () => {
    const { stages, discriminative } = shop()
    const asked = await cell(discriminative, { weights: 'float', ...allFloat }, {}, { inputs: [clean] })
    const { evaluations, quantization } = await stages.parts.cells.evaluate(asked, quiet)
    expect(evaluations[0]!.quantization!.float!.agreement).toBe(1)
    expect(quantization.calibration).toBeNull()
  })

  it('evaluates no more than the inputs that the store lacks', async () => {
    const { stages, discriminative } = shop()
    const asked = await cell(discriminative, 6, {}, { inputs: [clean] })
    await stages.parts.cells.evaluate(asked, quiet)
    const more = await stages.parts.cells.evaluate({ ...asked, inputs: [noisy, clean] }, quiet)
    expect(more.computed).toBe(1)
    expect(more.evaluations.map(({ noise }) => noise.kind)).toEqual(['qwerty', 'none'])
  })

  it('is one cell whatever it was calibrated on, where its recipe takes nothing from that', async () => {
    const { stages, discriminative } = shop()
    const without = await cell(discriminative, 8, { scale: 'dynamic' }, { inputs: [clean] })
    const { evaluations } = await stages.parts.cells.evaluate(without, quiet)
    const { profile } = await cell(discriminative, 8)
    expect(profile).not.toBeNull()
    expect(await stages.parts.cells.evaluate({ ...without, profile }, quiet)).toMatchObject({
      computed: 0,
      evaluations,
    })
    await expect(
      stages.parts.cells.evaluate({ ...(await cell(discriminative, 8)), profile: null }, quiet),
    ).rejects.toMatchObject({
      code: 'input-invalid',
    })
  })

  it.each(['static', 'dynamic'])(
    'has the same figures in batches of another size, its scales being %s',
    async (scale) => {
      const { stages, discriminative } = shop()
      const asked = await cell(discriminative, 8, { scale }, { inputs: [clean] })
      await stages.parts.cells.evaluate(asked, quiet)
      expect(await stages.parts.cells.checkBatches(asked, quiet)).toEqual([])
    },
  )

  it('warns of signals that are dead and of one class for all texts', async () => {
    const { stages, discriminative } = shop()
    const asked = await cell(discriminative, 2, {}, { inputs: [clean] })
    const { evaluations } = await stages.parts.cells.evaluate(asked, quiet)
    const { histogram, warnings, quantization } = evaluations[0]!
    const codes = warnings.map(({ code }) => code)
    expect(codes.includes('prediction-collapse')).toBe(histogram.filter((texts) => texts > 0).length === 1)
    const dead = Object.values(quantization!.signals[0]!).filter((signal) => signal?.distinct === 1)
    expect(codes.filter((code) => code === 'signal-dead')).toHaveLength(dead.length)
  })

  it('warns where noise reached no text', async () => {
    const { stages, discriminative } = shop()
    const almost = { ...noisy, noise: { kind: 'qwerty', level: 1e-9 } } as const
    const { evaluations } = await stages.parts.cells.evaluate(
      await cell(discriminative, 8, {}, { inputs: [clean, almost] }),
      quiet,
    )
    expect(evaluations[0]!.warnings.map(({ code }) => code)).not.toContain('noise-without-effect')
    expect(evaluations[1]!.warnings.map(({ code }) => code)).toContain('noise-without-effect')
  })

  it('writes each opening of the test split down, before it is read', async () => {
    const { stages, discriminative, store, dataset } = shop()
    const openings = () => store.testOpenings.list({ limit: 100 }).map(({ runKey }) => runKey)
    expect(openings()).toEqual([])
    const { evaluations } = await stages.parts.cells.evaluate(
      await cell(discriminative, 8, {}, { split: 'test' }),
      quiet,
    )
    const float = stages.parts.cells.findFloat([
      { model: discriminative, dataset, split: 'test', inputs: [clean, noisy] },
    ])[0]!
    expect(openings().toSorted()).toEqual([...evaluations, ...float].map((one) => one!.key).toSorted())
  })

  it('of which the process is killed leaves nothing half, and goes on by being asked for again', async () => {
    const { stages, generative, store, pool, home } = shop()
    const inputs = Array.from({ length: 12 }, (_, seed) => ({ ...noisy, seed: seed + 2 }))
    const asked = await cell(generative, 5, {}, { inputs })
    await stages.parts.cells.evaluateFloat(asked, quiet)
    const runs = (): number => store.runs.list({ limit: 10_000 }).length
    const before = runs()
    const kill = ({ phase, done }: { phase: string; done: number }): void => {
      if (phase === 'scoring' && done > 0) process.kill(pool.pids[0]!, 'SIGKILL')
    }
    await expect(stages.parts.cells.evaluate(asked, { ...quiet, onProgress: kill })).rejects.toMatchObject({
      code: 'compute-crashed',
    })
    expect(runs()).toBe(before)
    expect(readdirSync(join(home, 'work'))).toEqual([])
    expect((await stages.parts.cells.evaluate(asked, quiet)).computed).toBe(12)
    expect(runs()).toBe(before + 13)
  })

  it('that is asked for twice at once is computed once', async () => {
    const { stages, discriminative } = shop()
    const asked = await cell(discriminative, 7, {}, { inputs: [clean] })
    const both = await Promise.all([
      stages.parts.cells.evaluate(asked, quiet),
      stages.parts.cells.evaluate(asked, quiet),
    ])
    expect(both.map(({ computed }) => computed)).toEqual([1, 0])
    expect(both[0].evaluations).toEqual(both[1].evaluations)
  })

  it('is cancelled without a trace', async () => {
    const { stages, generative, store } = shop()
    const stop = new AbortController()
    const asked = await cell(generative, 3, {}, { inputs: [clean] })
    const before = store.runs.list({ limit: 10_000 }).length
    const onProgress = (): void => stop.abort()
    await expect(stages.parts.cells.evaluate(asked, { signal: stop.signal, onProgress })).rejects.toMatchObject({
      code: 'cancelled',
    })
    const float = stages.parts.cells.findFloat([asked])[0]!.filter((one) => one !== undefined).length
    expect(store.runs.list({ limit: 10_000 }).length).toBeLessThanOrEqual(before + float)
    expect(stages.parts.cells.find([asked])[0]!.quantization).toBeUndefined()
  })
})

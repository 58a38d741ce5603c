import { describe, expect, it } from 'vitest'
import { completeBits } from '../../../src/shared/contract/quantizationRules.ts'
import { expandStudy, gridSize, type PlacedCell } from '../../../src/core/study/expandStudy.ts'
import { recipeParts } from '../../../src/core/study/recipeParts.ts'
import { recipeFor } from '../../../src/core/study/resolveStudy.ts'
import { cellName, identicalCells } from '../../../src/core/study/identicalCells.ts'
import { readSample } from './sampleStudy.ts'

const expand = (changes: Record<string, string> = {}): PlacedCell[] => expandStudy(readSample(changes).study)
const texts = (cells: readonly PlacedCell[]): string[] => cells.map((cell) => Object.values(cell.texts).join(' '))

const small = {
  calib: 'calibration: {draws: 2, compositions: {balanced: balanced, one: {World: 1}}}',
  recipes: 'recipes: {ours: ours}',
  '  bits': '  bits: [8, 4]',
  '  noise': '  noise: [{kind: none}, {kind: swap, level: 0.1}]',
  exclude: 'exclude: []',
}

describe('the cells of a study', () => {
  it('are the float models first, then every combination, in the order in which the grid lists them', () => {
    const cells = texts(expand(small))
    // 3 trainings x 2 inputs, then 3 x 1 recipe x 2 widths x 2 compositions x 2 draws x 2 inputs
    expect(cells).toHaveLength(3 * 2 + 3 * 2 * 2 * 2 * 2)
    expect(cells.slice(0, 6)).toEqual([
      'disc 1 float float - - none none',
      'disc 1 float float - - swap 0.1 none',
      'disc 2 float float - - none none',
      'disc 2 float float - - swap 0.1 none',
      'gen 1 float float - - none none',
      'gen 1 float float - - swap 0.1 none',
    ])
    expect(cells.slice(6, 12)).toEqual([
      'disc 1 ours W8 A8 C8 balanced 0 none none',
      'disc 1 ours W8 A8 C8 balanced 0 swap 0.1 none',
      'disc 1 ours W8 A8 C8 balanced 1 none none',
      'disc 1 ours W8 A8 C8 balanced 1 swap 0.1 none',
      'disc 1 ours W8 A8 C8 one 0 none none',
      'disc 1 ours W8 A8 C8 one 0 swap 0.1 none',
    ])
    expect(new Set(cells).size).toBe(cells.length)
  })

  it('are as many as the grid has room for, where nothing is left out', () => {
    const { study } = readSample({ exclude: 'exclude: []' })
    expect(expandStudy(study)).toHaveLength(gridSize(study))
  })

  it('leave out what fits all values of an exclusion, float models only where all of its axes are theirs', () => {
    const all = texts(expand(small))
    const without = (exclude: string): string[] => texts(expand({ ...small, exclude: `exclude: ${exclude}` }))
    expect(without('[{model: gen, bits: 4}]')).toEqual(all.filter((text) => !/^gen .* W4 /.test(text)))
    expect(without('[{model: gen}]')).toEqual(all.filter((text) => !text.startsWith('gen')))
    expect(without('[{noise: {kind: swap, level: 0.1}, seed: 2}]')).toEqual(
      all.filter((text) => !/^disc 2 .* swap/.test(text)),
    )
    expect(without('[{noise: "swap:0.1"}, {draw: 1}]')).toEqual(
      all.filter((text) => !/swap/.test(text) && !/ 1 none/.test(text)),
    )
    expect(
      without('[{bits: {weights: 4, input: 4, hidden: 4, gates: 4, sigmoid: 4, tanh: 4, cell: 4, head: 4}}]'),
    ).toEqual(all.filter((text) => !text.includes('W4')))
  })

  it('of a model of the home have no seed', () => {
    const cells = expand({ ...small, '  gen': '  gen: {model: ag-news-generative}' })
    expect(
      cells
        .filter(({ cell }) => cell.model === 'gen')
        .every(({ cell, texts: { seed } }) => cell.seed === null && seed === '-'),
    ).toBe(true)
  })

  it('have the widths that each recipe makes of a number', () => {
    const cells = expand({
      ...small,
      recipes: 'recipes: {ours: ours, paper: preprint-2025}',
      '  bits': '  bits: [4, {weights: 4, head: 4}]',
    })
    const labels = (recipe: string) => [
      ...new Set(cells.filter(({ cell }) => cell.recipe === recipe).map(({ cell }) => cell.bits.label)),
    ]
    expect(labels('ours')).toEqual(['W4 A4 C4', 'W4 input8 hidden8 gates8 sigmoid8 tanh8 head4 C8'])
    expect(labels('paper')).toEqual(['W4 A8 C8', 'W4 input8 hidden8 gates8 sigmoid8 tanh8 head4 C8'])
    // What the recipes make different widths of is called as it is written, so that they can be compared at it.
    expect(new Set(cells.map(({ texts: { bits } }) => bits))).toEqual(
      new Set(['float', '4', 'W4 input8 hidden8 gates8 sigmoid8 tanh8 head4 C8']),
    )
  })

  it('that are the same in a recipe are there once', () => {
    const cells = expand({
      ...small,
      recipes: 'recipes: {paper: preprint-2025}',
      '  bits': '  bits: [4, {weights: 4}]',
    }).filter(({ cell }) => cell.recipe !== null)
    expect(new Set(cells.map(({ cell }) => cell.bits.label))).toEqual(new Set(['W4 A8 C8']))
    expect(cells).toHaveLength(3 * 2 * 2 * 2)
  })

  it('are a hundred thousand without waiting', () => {
    const { study } = readSample({
      ...small,
      calib: 'calibration: {draws: 1000, compositions: {balanced: balanced, one: {World: 1}}}',
      '  noise':
        '  noise: [{kind: none}, {kind: swap, level: 0.1}, {kind: swap, level: 0.2}, {kind: swap, level: 0.3}, {kind: swap, level: 0.4}, {kind: swap, level: 0.5}, {kind: swap, level: 0.6}, {kind: swap, level: 0.7}]',
    })
    expect(expandStudy(study)).toHaveLength(3 * 8 + 3 * 2 * 2 * 1000 * 8)
  })
})

describe('a study’s recipe', () => {
  it('lets arrays follow the width of the weights, where its preset does and the study says nothing else', () => {
    const { recipes } = readSample({
      recipes: 'recipes: {paper: preprint-2025, other: {preset: preprint-2025, widths: {embedding: 16}}}',
    }).study
    const bits = completeBits(4, recipes['paper']!.families.generative)
    expect(recipeFor(recipes['paper']!, 'generative', bits).widths).toEqual({ embedding: 4, label: 4 })
    expect(recipeFor(recipes['other']!, 'generative', bits).widths).toEqual({ embedding: 16, label: 4 })
  })

  it('is told with the preset that it begins with, and whether it has settings of its own', () => {
    const recipes = 'recipes: {ours: ours, paper: preprint-2025, mine: {preset: preprint-2025, rounding: reciprocal}, same: {preset: ours, rounding: reciprocal}}' // prettier-ignore
    expect(recipeParts(readSample({ recipes }).study)).toEqual([
      { name: 'ours', preset: 'ours', changed: false },
      { name: 'paper', preset: 'preprint-2025', changed: false },
      { name: 'mine', preset: 'preprint-2025', changed: true },
      { name: 'same', preset: 'ours', changed: false },
    ])
  })

  it('is another for each family, where its preset is', () => {
    const { families } = readSample({ recipes: 'recipes: {paper: preprint-2025}' }).study.recipes['paper']!
    expect(families.generative.activations.calibrator).toEqual({ name: 'percentile', q: 0.9999 })
    expect(families.discriminative.activations.calibrator).toEqual({ name: 'percentile', q: 0.999 })
  })
})

describe('cells that gave every figure alike', () => {
  const cells = expand(small)
  const scored = (index: number, scores: string, run = `run ${index}`) => ({ cell: cells[index]!.cell, run, scores })

  it('are told of, with what differs between them', () => {
    const [warning, ...others] = identicalCells([scored(6, 'a'), scored(7, 'a'), scored(8, 'b'), scored(9, 'c')])
    expect(others).toEqual([])
    expect(warning).toMatchObject({ code: 'runs-identical', subject: 'noise' })
    expect(warning?.message).toContain(`${cellName(cells[6]!.cell)}; ${cellName(cells[7]!.cell)}`)
    expect(cellName(cells[7]!.cell)).toBe('disc, seed 1, ours, W8 A8 C8, balanced, draw 0, swap 0.1')
  })

  it('are as they should be where they share a run', () => {
    expect(identicalCells([scored(6, 'a', 'one'), scored(8, 'a', 'one')])).toEqual([])
  })
})

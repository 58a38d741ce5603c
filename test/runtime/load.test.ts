import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sites } from '../../src/shared/contract/quantizationRules.ts'
import { largestOperand, magnitudeOfRow } from '../../src/core/quantization/assertProduct.ts'
import { nonlinearSites, tableOf } from '../../src/core/quantization/cell.ts'
import { decodeQuantizedModel } from '../../src/core/quantization/file/decodeQuantizedModel.ts'
import { encodeTokenFile } from '../../src/core/quantization/file/tokenFile.ts'
import { sectionKinds } from '../../src/core/quantization/file/sectionKinds.ts'
import type {
  IntegerMatrix,
  Matrix,
  QuantizedModel,
  QuantizedPart,
  SiteGrid,
} from '../../src/core/quantization/quantizedModel.ts'
import { randomModel } from '../core/quantization/randomModel.ts'
import { expectedStatus, statuses } from './decisions.ts'
import { linesOf, loadProgram, refusalOf, type Refusal } from './loadFiles.ts'
import { modelFile, sectionsOf, viewOf, withSections } from './modelFiles.ts'
import { manyParts } from './mutations.ts'

const golden = fileURLToPath(new URL('../golden/quantized_model_v1.bgq', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'bitgauge-load-'))

let plain = ''
let sanitized = ''
beforeAll(async () => {
  ;[plain, sanitized] = await Promise.all([loadProgram(), loadProgram(true)])
}, 600_000)
afterAll(() => rmSync(scratch, { recursive: true }))

const load = async (files: readonly Uint8Array[]): Promise<Refusal[]> =>
  (await linesOf(sanitized, 'model', files)).map(refusalOf)

/** The numbers of test/runtime/programs/load_values.h. */
function numbersOf({ spec, recipe, parts, logPrior }: QuantizedModel): number[] {
  const generative = spec.family === 'generative'
  return [
    Number(generative),
    Number(!generative && spec.pooling === 'last'),
    Number(generative && spec.head === 'independent'),
    Number(generative && spec.predictEnd),
    Number(recipe.rounding === 'divide'),
    Number(recipe.zeroPoint === 'before'),
    recipe.cellRounds,
    ...[spec.words, spec.embedding, spec.hidden, spec.classes, parts.length],
    ...(logPrior === null ? [] : new Uint32Array(Float64Array.from(logPrior).buffer)),
    ...parts.flatMap((part) => partNumbers(part, recipe)),
  ]
}

function partNumbers({ lstm, sites: grids, head }: QuantizedPart, recipe: QuantizedModel['recipe']): number[] {
  const table = head.kind === 'generative' ? head.labelTable : null
  return [
    Number(lstm.embedding.shared),
    ...sites.flatMap((site) => siteNumbers(grids[site])),
    ...embeddingNumbers(lstm, grids.input),
    ...matrixNumbers(lstm.wx),
    ...matrixNumbers(lstm.wh),
    ...(lstm.integerBias ?? floatWords(lstm.bias)),
    ...matrixNumbers(head.matrix),
    ...floatWords(head.bias),
    ...(table === null ? [] : floatWords(table)),
    ...nonlinearSites.map((site) => Number(tableOf(grids, recipe, site) !== null)),
  ]
}

function siteNumbers(grid: SiteGrid): number[] {
  if (grid.kind === 'float') return new Array<number>(10).fill(0)
  const { width, low, high } = grid
  if (grid.kind === 'static')
    return [1, width, 0, 0, low, high, grid.zero, 0, ...floatWords([grid.scale, grid.reciprocal])]
  return [2, width, Number(grid.scheme === 'affine'), Number(grid.powerOfTwo), low, high, 0, grid.divisor, 0, 0]
}

function embeddingNumbers({ embedding, words, inputs }: QuantizedPart['lstm'], input: SiteGrid): number[] {
  if (!embedding.shared) return matrixNumbers(embedding.matrix)
  if (input.kind === 'float') throw new Error('a float input has no integers')
  return [words, inputs, input.width, Number(input.low === 0), ...embedding.codes]
}

function matrixNumbers(matrix: Matrix): number[] {
  const { rows, cols } = matrix
  if (matrix.kind === 'float') return [rows, cols, 0, 0, ...floatWords(matrix.data)]
  return [rows, cols, matrix.width, 0, ...matrix.codes, ...floatWords(matrix.scales)]
}

const floatWords = (values: ArrayLike<number>): Uint32Array => new Uint32Array(Float32Array.from(values).buffer)

describe('a model that the runtime reads', () => {
  it('is the golden one of version 1, value by value, mapped and from memory', async () => {
    const bytes = readFileSync(golden)
    const expected = numbersOf(decodeQuantizedModel(bytes).model).join(' ')
    for (const program of [plain, sanitized]) {
      expect(execFileSync(program, ['values', golden], { encoding: 'utf8' })).toBe(`${expected} no error\n`)
      expect(await linesOf(program, 'values', [bytes])).toEqual([`${expected} no error`])
    }
  })

  it('is any that is written, value by value: random models of every option', async () => {
    const models = Array.from({ length: 150 }, (_, seed) => randomModel(seed))
    const lines = await linesOf(sanitized, 'values', models.map(modelFile))
    models.forEach((model, k) => expect(lines[k], `seed ${k}`).toBe(`${numbersOf(model).join(' ')} no error`))
  })

  it('may have any integer bias where both operands have 16 bits, whose sums have 64', async () => {
    const model = randomModel(1, {
      family: 'discriminative',
      widths: [16],
      scale: 'static',
      sharedEmbedding: false,
      size: 2,
      bias: 'int32',
    })
    model.parts[0]!.lstm.integerBias!.fill(-(2 ** 31))
    expect((await load([modelFile(model)]))[0]!.status).toBe(statuses.ok)
  })
})

describe('a row of a product', () => {
  const withBias = (bias: number): Uint8Array => {
    const model = randomModel(3, {
      family: 'discriminative',
      widths: [8],
      scale: 'static',
      bias: 'int32',
      sharedEmbedding: false,
      size: 6,
    })
    return withSections(modelFile(model), (all) => {
      const section = all.find(({ kind }) => kind === sectionKinds.lstmIntegerBias)!
      viewOf(section.bytes).setInt32(0, bias, true)
    })
  }

  it('may reach 2^31 - 1 with its integer bias, and no more', async () => {
    const { lstm, sites: grids } = decodeQuantizedModel(withBias(0)).model.parts[0]!
    const input = grids.input as Exclude<SiteGrid, { kind: 'float' }>
    const sum = magnitudeOfRow(lstm.wx as IntegerMatrix, 0) * largestOperand(input)
    const most = 2 ** 31 - 1 - sum
    const biases = [most, -most, most + 1, -most - 1, 2 ** 31 - 1, -(2 ** 31)]
    const found = await load(biases.map((bias) => withBias(bias)))
    expect(found.map(({ status }) => status)).toEqual([0, 0, ...new Array<number>(4).fill(statuses.tooLarge)])
    expect(found[2]).toEqual({
      status: statuses.tooLarge,
      section: sectionKinds.lstmX,
      part: 0,
      message: 'row 0 could leave 32 bits',
    })
    expect(found.map(({ status }) => status)).toEqual(biases.map((bias) => expectedStatus(withBias(bias))))
  })

  it('of 16 bits by 8 fits by the weights that it has, up to the last one', async () => {
    // 400 columns, integers up to 255: sum |W| may be floor((2^31 - 1) / 255) = 8,421,504 = 399 * 21,053 + 21,357
    const bytes = modelFile(resized({ embedding: 400 }))
    const withRow = (row: number, weight: number, last: number): Uint8Array =>
      withSections(bytes, (all) => {
        const { bytes: content } = all.find(({ kind }) => kind === sectionKinds.lstmX)!
        new Int16Array(content.buffer, 800 * row, 400).fill(weight)[399] = last
      })
    const rows = [0, 3].flatMap((row) => [
      withRow(row, 21_053, 21_357),
      withRow(row, -21_053, 21_357),
      withRow(row, 21_053, 21_358),
      withRow(row, 21_053, -21_358),
      withRow(row, 32_767, 32_767),
    ])
    const found = (await load(rows)).map(({ status, message }) => [status, message])
    const refused = (row: number): unknown => [statuses.tooLarge, `row ${row} could leave 32 bits`]
    const ok = [statuses.ok, '']
    expect(found).toEqual([0, 3].flatMap((row) => [ok, ok, refused(row), refused(row), refused(row)]))
    expect(found.map(([status]) => status)).toEqual(rows.map(expectedStatus))
  })
})

/** A discriminative model of one hidden value, with 16-bit weights W_x for an input of 8 bits, in another size; its weights are zeros. */
function resized(sizes: { words?: number; embedding?: number; classes?: number }): QuantizedModel {
  const model = randomModel(5, {
    family: 'discriminative',
    widths: [8],
    fixed: { 'lstm-x': 16 },
    bias: 'float',
    sharedEmbedding: true,
    scale: 'static',
    size: 1,
  })
  const spec = { ...model.spec, ...sizes }
  const { words, embedding: inputs, classes } = spec
  const part = model.parts[0]!
  const input = part.sites.input as Exclude<SiteGrid, { kind: 'float' }>
  const codes = (input.low < 0 ? new Int8Array(words * inputs) : new Int16Array(words * inputs)).fill(0)
  const wx = zeros(part.lstm.wx as IntegerMatrix, 4, inputs, new Int16Array(4 * inputs))
  const matrix = zeros(part.head.matrix as IntegerMatrix, classes, 1, new Int8Array(classes))
  const lstm = { ...part.lstm, words, inputs, embedding: { shared: true as const, codes }, wx }
  const head = { kind: 'discriminative' as const, matrix, bias: new Float32Array(classes) }
  return { ...model, spec, parts: [{ ...part, lstm, head }] }
}

function zeros(matrix: IntegerMatrix, rows: number, cols: number, codes: Int8Array | Int16Array): IntegerMatrix {
  return { ...matrix, rows, cols, codes, scales: new Float32Array(rows).fill(1), rowSums: new Int32Array(rows) }
}

describe('the sizes of a model', () => {
  it('may be the least and the largest, and none beyond, in files that are whole otherwise', async () => {
    const good = [{ words: 5 }, { words: 1_048_576 }, { embedding: 4096 }, { classes: 2 }, { classes: 65_536 }]
    const bad = [{ words: 4 }, { words: 1_048_577 }, { embedding: 4097 }, { classes: 1 }, { classes: 65_537 }]
    const found = await load([...good, ...bad].map((sizes) => modelFile(resized(sizes))))
    expect(found.map(({ status }) => status)).toEqual([
      ...good.map(() => statuses.ok),
      ...bad.map(() => statuses.invalid),
    ])
    expect(found.slice(good.length).map(({ message }) => message)).toEqual([
      '4 words in place of 5 to 1048576',
      '1048577 words in place of 5 to 1048576',
      '4097 inputs in place of 1 to 4096',
      '1 classes in place of 2 to 65536',
      '65537 classes in place of 2 to 65536',
    ])
  })
})

describe('a refusal', () => {
  const bytes = modelFile(
    randomModel(12, {
      family: 'generative',
      head: 'independent',
      widths: [5],
      scale: 'static',
      sharedEmbedding: true,
      size: 4,
    }),
  )

  it('names section and part', async () => {
    const k = sectionsOf(bytes).findIndex(({ kind, part }) => kind === sectionKinds.headBias && part === 1)
    const [found] = await load([withSections(bytes, (all) => viewOf(all[k]!.bytes).setFloat32(0, NaN, true))])
    expect(found).toEqual({
      status: statuses.nonFinite,
      section: sectionKinds.headBias,
      part: 1,
      message: 'value 0 is not finite',
    })
  })

  it('of a path that is none, a folder and an empty file says which', () => {
    const empty = join(scratch, 'empty.bgq')
    const folder = join(scratch, 'folder.bgq')
    writeFileSync(empty, '')
    mkdirSync(folder)
    const lines = execFileSync(sanitized, ['model', join(scratch, 'none.bgq'), folder, empty, golden], {
      encoding: 'utf8',
    })
    expect(
      lines
        .split('\n')
        .slice(0, -1)
        .map((line) => refusalOf(line).status),
    ).toEqual([statuses.cannotRead, statuses.cannotRead, statuses.notThisFormat, statuses.ok])
  })

  it('of parts that a file does not have takes no memory for them', () => {
    const path = join(scratch, 'parts.bgq')
    writeFileSync(path, manyParts(bytes).at(-1)!.bytes)
    // 65,536 parts would be some 60 MB, more than the program may have.
    const limited = 'ulimit -v 40000 && exec "$@"'
    const line = execFileSync('sh', ['-c', limited, 'sh', plain, 'model', path], { encoding: 'utf8' })
    expect(refusalOf(line).message).toMatch(/^\d+ sections, fewer than 65536 parts have\n$/)
  })

  it('of a file above 4 GiB needs no more than its header', () => {
    const [model, tokens] = [join(scratch, 'large.bgq'), join(scratch, 'large.bgt')]
    for (const [path, start] of [
      [model, bytes.slice(0, 64)],
      [
        tokens,
        encodeTokenFile({ words: 5, offsets: Uint8Array.of(0), tokens: Uint8Array.of(), labels: null }).slice(0, 64),
      ],
    ] as const) {
      viewOf(start).setBigUint64(16, 2n ** 32n + 1n, true)
      viewOf(start).setUint32(60, crc32(start.subarray(0, 60)), true)
      writeFileSync(path, start)
      truncateSync(path, 2 ** 32 + 1) // a hole: it takes no room on the disk
    }
    const lines = [execFileSync(plain, ['model', model]), execFileSync(plain, ['tokens', tokens])].map(String)
    for (const line of lines) expect(line).toMatch(/^7\t.*4294967297 bytes, more than 4 GiB\n$/)
  })

  it('has a line of its own for each status', () => {
    const lines = execFileSync(plain, ['statuses'], { encoding: 'utf8' }).split('\n').slice(0, -1)
    expect(new Set(lines).size).toBe(14)
    expect(lines.at(-1)).toBe('an unknown status')
    for (const line of lines) expect(line).toMatch(/^[a-z].*[^.]$/)
  })
})

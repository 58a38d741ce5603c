import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { readBoardStream } from '../../src/core/profile/boardStream.ts'
import { resultChecksum, scoredText, wordOf } from '../../src/core/profile/resultChecksum.ts'
import { evaluateText, prepareModel } from '../../src/core/quantization/evaluateText.ts'
import type { QuantizedModel } from '../../src/core/quantization/quantizedModel.ts'
import { boardHelloSchema, type BoardHello, type BoardLine } from '../../src/shared/contract/boardProtocol.ts'
import { integerWidths, randomModel, randomTokens } from '../core/quantization/randomModel.ts'
import { boardProgram, ended, filesOf, temporaryFolder } from './boardProgram.ts'

let program: string
beforeAll(async () => {
  program = await boardProgram()
}, 120_000)

const classifier = randomModel(3, { family: 'discriminative', widths: [4, 8], size: 24 })
const generative = randomModel(5, { family: 'generative', head: 'shared', widths: [8], size: 24 })
const independent = randomModel(6, { family: 'generative', head: 'independent', widths: integerWidths, size: 12 })
const models = [classifier, generative, independent] as const

const textsOf = (model: QuantizedModel, count = 40): number[][] =>
  Array.from({ length: count }, (_, k) => randomTokens(k, model, (7 * k) % 23))

const reference = (model: QuantizedModel, texts: readonly (readonly number[])[]) => {
  const prepared = prepareModel(model)
  return texts.map((text) => scoredText(evaluateText(prepared, text)))
}

/** What the program said, a whole stream. */
async function said(args: readonly string[], env: Record<string, string> = {}): Promise<BoardLine[]> {
  const { code, stdout, stderr } = await ended(program, args, { env })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return readBoardStream(stdout)
}

function only<T extends BoardLine['type']>(lines: readonly BoardLine[], type: T): Extract<BoardLine, { type: T }>[] {
  return lines.filter((line) => line.type === type) as Extract<BoardLine, { type: T }>[]
}

describe('what bitgauge-run predicts', () => {
  it.each(models.map((model) => [model.spec.family, model] as const))(
    'has the words of the reference: %s',
    async (_, model) => {
      const texts = textsOf(model)
      const lines = await said(filesOf(model, texts))
      const words = (values: ArrayLike<number>): bigint[] => Array.from(values, wordOf)
      const found = only(lines, 'prediction').map(({ type: _type, ...one }) => ({ ...one, scores: words(one.scores) }))
      const expected = reference(model, texts).map((one, index) => ({ index, ...one, scores: words(one.scores) }))
      expect(found).toEqual(expected)
    },
  )

  it('has one checksum at every batch, thread count, kernel and option, which is that of the reference', async () => {
    for (const model of models) {
      const texts = textsOf(model)
      const labels = texts.map((_, k) => k % model.spec.classes)
      const scored = reference(model, texts)
      const files = filesOf(model, texts, { labels })
      const [hello] = (await said(files)) as [BoardHello]
      const ways = [
        [],
        ['--batch', '7'],
        ['--batch=64', '--threads', '3'],
        ['--input-table', '--pack-head'],
        ['--threads', '2'],
      ]
      const kernels = hello.usable.map((name) => ['--kernels', name, '--batch', '16'])
      const expected = {
        type: 'checksum',
        texts: texts.length,
        right: scored.filter(({ predicted }, k) => predicted === labels[k]).length,
        guarded: scored.reduce((sum, { guarded }) => sum + guarded, 0),
        checksum: resultChecksum(scored),
      }
      for (const way of [...ways, ...kernels]) {
        expect(only(await said([...files, '--checksum', ...way]), 'checksum')).toEqual([expected])
      }
    }
  })

  it('is told in the order of the texts by several threads, and of the first ones with --limit', async () => {
    const lines = await said([
      ...filesOf(classifier, textsOf(classifier, 100)),
      '--limit',
      '61',
      '--threads',
      '3',
      '--batch',
      '4',
    ])
    expect(only(lines, 'prediction').map(({ index }) => index)).toEqual(Array.from({ length: 61 }, (_, k) => k))
  })

  it('is a checksum that a change of one bit changes, a sign or an order of texts', () => {
    const texts = reference(generative, textsOf(generative, 4))
    const sum = resultChecksum(texts)
    expect(sum).toMatch(/^[0-9a-f]{16}$/)
    const [first, ...rest] = texts as [(typeof texts)[0], ...typeof texts]
    const flipped = { ...first, scores: Array.from(first.scores, (value) => -value) }
    const others = [[...rest, first], [{ ...first, predicted: first.predicted + 1 }, ...rest], [flipped, ...rest], rest]
    for (const other of others) expect(resultChecksum(other)).not.toBe(sum)
    // By hand: h = 0, then the words 0 (index), 1 (class), 0, the word of 1, and 1 class.
    expect(resultChecksum([{ predicted: 1, guarded: 0, common: 0, scores: [1] }])).toBe('7c37bdb08880d320')
  })
})

describe('what bitgauge-run measures', () => {
  it('is every sample of every pass, with its words, and the same checksum each time', async () => {
    const texts = textsOf(classifier, 150)
    const args = [...filesOf(classifier, texts), '--checksum', '--time', '--repeat', '3', '--warmup', '2']
    for (const [batch, threads] of [
      [1, 1],
      [8, 1],
      [8, 2],
    ] as const) {
      const lines = await said([...args, '--batch', String(batch), '--threads', String(threads)])
      const passes = only(lines, 'pass')
      const words = texts.reduce((sum, text) => sum + text.length, 0)
      const checksum = only(lines, 'checksum')[0]!.checksum
      expect(passes.map(({ ns: _, cpu_ns: _cpu, ...rest }) => rest)).toEqual(
        [0, 1, 2].map((pass) => ({ type: 'pass', pass, texts: 150, words, checksum })),
      )
      for (const { pass, ns } of passes) {
        const samples = only(lines, 'samples').filter((line) => line.pass === pass)
        const times = samples.flatMap((line) => line.ns)
        const batches = Array.from({ length: Math.ceil(150 / batch) }, (_, k) =>
          texts.slice(k * batch, (k + 1) * batch),
        )
        expect(samples.flatMap((line) => line.words)).toEqual(batches.map((one) => one.flat().length))
        expect(samples[0]!.first).toBe(0)
        expect(times.every((time) => time > 0)).toBe(true)
        if (threads === 1) expect(times.reduce((sum, time) => sum + time, 0)).toBeLessThanOrEqual(ns)
      }
    }
  })

  it('begins with what it runs on, and ends with its memory', async () => {
    const lines = await said([...filesOf(generative, textsOf(generative, 3)), '--checksum', '--kernels', 'scalar'])
    const { spec } = generative
    expect(lines.map(({ type }) => type)).toEqual(['hello', 'checksum', 'memory', 'end'])
    expect(lines[0]).toMatchObject({
      kernels: 'scalar',
      page_bytes: 4096,
      system: 'Linux',
      little_endian: true,
      model: {
        family: 'generative',
        words: spec.words,
        classes: spec.classes,
        offset_range: expect.any(Number),
        parts: 1,
      },
      options: { batch: 1, threads: 1, input_table: false, pack_head: false, warmup: 0, repeat: 0 },
      texts: { texts: 3, words: 0 + 7 + 14, longest: 14 },
    })
    const [memory] = only(lines, 'memory')
    expect(memory!.peak_rss_bytes).toBeGreaterThanOrEqual(memory!.rss_bytes!)
    expect(memory!.anonymous_bytes).toBeLessThan(memory!.rss_bytes!)
  })

  it('is of no text where there is none, and of a text without words', async () => {
    const none = await said([...filesOf(classifier, []), '--checksum', '--time', '--threads', '2'])
    expect(only(none, 'checksum')).toEqual([
      { type: 'checksum', texts: 0, right: null, guarded: 0, checksum: '0'.repeat(16) },
    ])
    const [prediction] = only(await said(filesOf(classifier, [[]])), 'prediction')
    expect(prediction!.scores).toEqual(Array.from(reference(classifier, [[]])[0]!.scores))
  })

  it('is probed without a model', async () => {
    const { stdout } = await ended(program, ['--probe'], { env: { BITGAUGE_KERNELS: 'scalar' } })
    const [hello, memory, end] = readBoardStream(stdout)
    expect(boardHelloSchema.parse(hello)).toMatchObject({ kernels: 'scalar', model: null, options: null, texts: null })
    expect(memory).toMatchObject({ type: 'memory' })
    expect(end).toEqual({ type: 'end', ok: true, lines: 3 })
  })

  it('goes on until the time is over, with what is watched between its blocks, on the one core that is asked for', async () => {
    const number = join(temporaryFolder(), 'number')
    writeFileSync(number, '-17 and more\n')
    const lines = await said([
      ...filesOf(classifier, textsOf(classifier, 20)),
      ...['--time', '--least-ms', '300', '--core', '0', '--watch', number, '--watch', `${number}-missing`],
    ])
    const passes = only(lines, 'pass')
    expect(passes.map(({ pass }) => pass)).toEqual(passes.map((_, k) => k))
    expect(passes.length).toBeGreaterThan(2)
    expect(passes.every(({ ns, cpu_ns }) => cpu_ns > 0 && ns > 0)).toBe(true)
    const watched = only(lines, 'watch')
    expect(watched.map(({ values }) => values)).toEqual(watched.map(() => [-17, null]))
    expect(watched.at(-1)!.ns).toBeGreaterThanOrEqual(300e6)
    const [hello] = lines as [BoardHello]
    expect(hello.options).toMatchObject({ core: 0, least_ms: 300 })
  })

  it.each(models.map((model) => [model.spec.family, model] as const))(
    'is shared out over parts that come to something, and changes no result: %s',
    async (_, model) => {
      const files = filesOf(model, textsOf(model))
      const [shares] = only(await said([...files, '--shares']), 'shares')
      expect(shares).toMatchObject({ texts: 40 })
      expect(shares!.products_ns + shares!.unpacking_ns).toBeGreaterThan(0)
      expect(Math.min(shares!.ns, shares!.apart_ns)).toBeGreaterThan(0)
      const both = await said([...files, '--checksum', '--shares', '--time'])
      expect(only(both, 'pass')[0]!.checksum).toBe(only(both, 'checksum')[0]!.checksum)
    },
  )
})

describe('what bitgauge-run tells of one text', () => {
  it('is the same trace with all kernels, and another one where a word is another', async () => {
    const model = classifier
    const texts = [randomTokens(1, model, 9), randomTokens(2, model, 9)]
    const files = filesOf(model, texts)
    const traceOf = async (text: number, ...more: string[]) =>
      only(await said([...files, '--trace', String(text), ...more]), 'trace')
    const first = await traceOf(0)
    expect(new Set(first.map(({ site }) => site))).toContain('cell')
    expect(Math.max(...first.map(({ step }) => step))).toBe(8)
    const [hello] = (await said(files)) as [BoardHello]
    for (const kernels of hello.usable) expect(await traceOf(0, '--kernels', kernels)).toEqual(first)
    expect(await traceOf(1)).not.toEqual(first)
  })

  it('is refused where there is no such text', async () => {
    const { code, stdout } = await ended(program, [...filesOf(classifier, textsOf(classifier, 2)), '--trace', '2'])
    expect(code).toBe(2)
    expect(stdout).toContain('"code":"usage"')
  })
})

describe('bad input to bitgauge-run', () => {
  const files = (): string[] => filesOf(classifier, textsOf(classifier, 4))
  const damaged = (at: number): string[] => {
    const args = files()
    const bytes = readFileSync(args[1]!)
    bytes[at]! ^= 1
    writeFileSync(args[1]!, bytes)
    return args
  }
  const replaced = (index: number, content: string | Uint8Array): string[] => {
    const args = files()
    writeFileSync(args[index]!, content)
    return args
  }
  const missing = (index: number): string[] => files().with(index, join(temporaryFolder(), 'none.bgq'))

  it.each<[string, () => string[], string, RegExp]>([
    ['no option at all', () => [], 'usage', /--model FILE is missing/],
    ['no tokens', () => files().slice(0, 2), 'usage', /--tokens FILE is missing/],
    ['an option that there is not', () => [...files(), '--batches', '3'], 'usage', /no option "--batches"/],
    [
      'a value that is no number',
      () => [...files(), '--batch', '3x'],
      'usage',
      /--batch takes a whole number from 1 to 1024, not "3x"/,
    ],
    [
      'a number out of range',
      () => [...files(), '--threads', '0'],
      'usage',
      /--threads takes a whole number from 1 to 256/,
    ],
    ['a value that is missing', () => [...files(), '--kernels'], 'usage', /--kernels needs a value/],
    ['a value where there is none', () => [...files(), '--time=1'], 'usage', /--time takes no value/],
    ['a repetition of nothing', () => [...files(), '--repeat', '2'], 'usage', /without --time/],
    ['a probe of a model', () => [...files(), '--probe'], 'usage', /--probe reads no files/],
    [
      'kernels that there are not',
      () => [...files(), '--kernels', 'mmx'],
      'unknown-kernels',
      /"mmx".*it can run .*scalar/,
    ],
    ['a model that is not there', () => missing(1), 'cannot-read', /none\.bgq: /],
    ['texts that are not there', () => missing(3), 'cannot-read', /none\.bgq: /],
    ['a folder for a model', () => files().with(1, '/tmp'), 'cannot-read', /^\/tmp: /],
    ['a model that is none', () => replaced(1, 'x'.repeat(200)), 'not-this-format', /model\.bgq: /],
    ['a model cut off', () => replaced(1, readFileSync(files()[1]!).subarray(0, 500)), 'damaged', /model\.bgq: /],
    ['a model with another byte', () => damaged(700), 'damaged', /model\.bgq: /],
    ['texts that are none', () => replaced(3, 'x'.repeat(200)), 'not-this-format', /texts\.bgt: /],
    ['a model for texts', () => files().with(3, files()[1]!), 'not-this-format', /model\.bgq: /],
    [
      'texts with words that the model lacks',
      () => filesOf(classifier, [[classifier.spec.words]], { words: classifier.spec.words + 1 }),
      'other-vocabulary',
      /vocabulary of \d+ words, the model is of one of \d+/,
    ],
  ])('is one line and exit code 2: %s', async (_, args, code, message) => {
    const { code: exit, stdout, stderr } = await ended(program, args())
    const lines = stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0]!)).toMatchObject({ type: 'error', code })
    expect((JSON.parse(lines[0]!) as { message: string }).message).toMatch(message)
    expect([exit, stderr]).toEqual([2, `bitgauge-run: ${(JSON.parse(lines[0]!) as { message: string }).message}\n`])
    expect(() => readBoardStream(stdout)).toThrowError(expect.objectContaining({ code: 'input-invalid' }))
  })

  it('of a name with quotes and control characters is still JSON', async () => {
    const { stdout } = await ended(program, ['--model', '/tmp/"a\\\n\u001b[2Jé', '--tokens', 'x'])
    expect(JSON.parse(stdout)).toMatchObject({ message: expect.stringContaining('/tmp/"a\\\n\u001b[2Jé') })
  })
})

describe('an output that ends early', () => {
  const endless = (): string[] => [
    ...filesOf(generative, textsOf(generative, 200)),
    ...['--time', '--warmup', '0', '--repeat', '1000000'],
  ]

  it('is told by an interrupt, with exit code 130 and no end', async () => {
    for (const threads of ['1', '2']) {
      const { code, stdout } = await ended(program, [...endless(), '--threads', threads], {
        act: (kill) => setTimeout(() => kill('SIGINT'), 100),
      })
      expect(code).toBe(130)
      const lines = stdout.trimEnd().split('\n')
      expect(JSON.parse(lines[0]!)).toMatchObject({ type: 'hello' })
      expect(JSON.parse(lines.at(-1)!)).toMatchObject({ type: 'error', code: 'interrupted' })
      expect(() => readBoardStream(stdout)).toThrowError(/no whole measurement/)
    }
  })

  it('is not whole after a kill', async () => {
    const { code, stdout } = await ended(program, endless(), { act: (kill) => setTimeout(() => kill('SIGKILL'), 100) })
    expect(code).toBeNull()
    expect(stdout).not.toMatch(/"type":"end"/)
    expect(() => readBoardStream(stdout)).toThrowError(/no whole measurement/)
  })

  it('ends the program where nobody reads, and where the disk is full', () => {
    const shell = (script: string) =>
      spawnSync('sh', ['-c', script, 'sh', program, ...endless()], { encoding: 'utf8', timeout: 20_000 })
    const closed = shell('{ "$@"; echo "exit code $?" >&2; } | head -n 1')
    expect(closed.stderr).toMatch(/standard output takes no more: Broken pipe\nexit code 1\n/)
    const full = shell('"$@" > /dev/full')
    expect([full.status, full.stderr]).toEqual([
      1,
      expect.stringMatching(/standard output takes no more: No space left/),
    ])
  })

  it('is seen in a stream that lost a line, or gained one', async () => {
    const { stdout } = await ended(program, filesOf(classifier, textsOf(classifier, 5)))
    const lines = stdout.split('\n')
    expect(readBoardStream(stdout)).toHaveLength(8)
    for (const other of [lines.toSpliced(3, 1), lines.toSpliced(3, 0, lines[3]!), lines.slice(0, -2), lines.slice(1)]) {
      expect(() => readBoardStream(other.join('\n'))).toThrowError(/no whole measurement/)
    }
  })
})

describe('the command line of bitgauge-run', () => {
  it('has help and a version', async () => {
    const help = await ended(program, ['--help'])
    expect([help.code, help.stderr]).toEqual([0, ''])
    expect(help.stdout).toMatch(/--model FILE[\s\S]*--probe/)
    expect((await ended(program, ['--version'])).stdout).toMatch(/^bitgauge-run \d+\.\d+\.\d+, protocol 3\n$/)
  })

  it('writes the same numbers in every locale', async () => {
    const args = [...filesOf(generative, textsOf(generative, 3))]
    const lines = await said(args)
    const other = await said(args, { LC_ALL: 'de_DE.UTF-8' })
    expect(only(other, 'prediction')).toEqual(only(lines, 'prediction'))
  })
})

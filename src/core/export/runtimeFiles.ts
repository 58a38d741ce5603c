import type { QuantizedModelRecord } from '../../shared/contract/quantizedModel.ts'
import { plainText } from '../../shared/charts/shownName.ts'
import { wordOf, type ScoredText } from '../profile/resultChecksum.ts'
import type { QuantizedModel } from '../quantization/quantizedModel.ts'
import { markdownText } from './markdown.ts'

/** What the reference says of texts, for a program on another machine. */
export interface Expected {
  record: Pick<QuantizedModelRecord, 'fingerprint'>
  texts: readonly ScoredText[]
  /** whether every engine gives those words, or values within a tolerance */
  exact: boolean
  version: string
}

/** What an exported runtime is described by. */
export interface RuntimeExample extends Expected {
  record: QuantizedModelRecord
  classes: readonly string[]
  /** a phrase: where the texts are from */
  source: string
}

/** Whether all matrix products of a model are of integers, so that every engine finds the same words (numerics.md section 1). */
export function isIntegerExact({ parts }: Pick<QuantizedModel, 'parts'>): boolean {
  return parts.every(({ lstm, sites, head }) => {
    const products = [
      [lstm.wx, sites.input],
      [lstm.wh, sites.hidden],
      [head.matrix, sites['head-input']],
    ] as const
    return products.every(([matrix, site]) => matrix.kind === 'integer' && site.kind !== 'float')
  })
}

/** `expected.h`: predictions and scores as words of 64 bits, which no compiler rounds. */
export function expectedHeader({ record, texts, exact, version }: Expected): string {
  const classes = texts[0]?.scores.length ?? 1
  return [
    `/* Made by Bitgauge ${version} of the model ${record.fingerprint}: the words of float64 numbers. */`,
    '#ifndef EXPECTED_H',
    '#define EXPECTED_H',
    '',
    '#include <stdint.h>',
    '',
    `enum { EXPECTED_TEXTS = ${texts.length}, EXPECTED_CLASSES = ${classes}, EXPECTED_EXACT = ${exact ? 1 : 0} };`,
    '',
    'static const struct {',
    '    uint32_t predicted, guarded;',
    '    uint64_t common, scores[EXPECTED_CLASSES];',
    '} expected[EXPECTED_TEXTS] = {',
    ...texts.map(expectedLine),
    '};',
    '',
    '#endif',
    '',
  ].join('\n')
}

function expectedLine({ predicted, guarded, common, scores }: ScoredText): string {
  return `    {${predicted}, ${guarded}, ${literal(common)}, {${Array.from(scores, literal).join(', ')}}},`
}

function literal(value: number): string {
  return `0x${wordOf(value).toString(16).padStart(16, '0')}u`
}

const build = 'cc -std=c99 -O2 -ffp-contract=off -Iruntime/include -Iruntime/src -I. -o main main.c runtime/src/*.c -lm'

/** `README.md` of an exported runtime. */
export function runtimeReadme(example: RuntimeExample): string {
  const { record, classes, texts, exact, source, version } = example
  const { name, bits, recipe, family, model, dataset, fingerprint, bytes } = record
  const from =
    dataset === null ? '' : `, trained on ${markdownText(plainText(dataset.name))} (\`${dataset.fingerprint}\`)`
  return [
    `# ${markdownText(name)}`,
    '',
    `A ${family} LSTM classifier at ${bits.label}, recipe ${markdownText(recipe.target)}, of the float model ${markdownText(model.name)}${from}.`,
    'Compile it and compare it with the reference, on any machine with a C99 compiler:',
    '',
    `    ${build}`,
    '    ./main',
    '',
    `It prints \`${texts.length} of ${texts.length} as expected\`. \`make check\` does both. Add \`-O3 -mcpu=native\` or the like as you please; never`,
    '`-ffast-math`, and leave `-ffp-contract=off` where it is: results depend on it. For another machine put its compiler in place of `cc`, as',
    '`aarch64-linux-gnu-gcc -static`.',
    '',
    '| file           |                                                                                        |',
    '| -------------- | -------------------------------------------------------------------------------------- |',
    `| \`model.bgq\`    | the quantized model, ${bytes} bytes, \`${fingerprint}\` |`,
    `| \`texts.bgt\`    | ${texts.length} texts as word ids: ${markdownText(source)} |`,
    `| \`expected.h\`   | what Bitgauge's reference evaluation says of them, ${exact ? 'bit for bit' : 'the class; scores differ in the last digits, as the model has products of float numbers'} |`,
    '| `main.c`       | reads a model and texts, evaluates, compares: begin with it                             |',
    '| `runtime/`     | the library (`include/bitgauge.h`), and `program/`: `make bitgauge-run` measures times  |',
    '',
    `Classes, from 0: ${classes.map((one) => markdownText(plainText(one))).join(', ')}.`,
    '',
    `Made by Bitgauge ${version}. The library is under the MIT licence (\`runtime/LICENSE\`); model and texts are yours.`,
    '',
  ].join('\n')
}

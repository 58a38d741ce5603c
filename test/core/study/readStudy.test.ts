import { describe, expect, it } from 'vitest'
import { problemsError } from '../../../src/core/study/fileProblem.ts'
import { readStudy } from '../../../src/core/study/readStudy.ts'
import { studyFingerprint } from '../../../src/core/study/studyFingerprint.ts'
import { readSample, sampleYaml } from './sampleStudy.ts'

type Problem = [line: number, column: number, says: string]

function problemsOf(text: string): { line: number; column: number; text: string }[] {
  const reading = readStudy(text)
  if (reading.ok) return []
  return reading.problems.map(({ line, column, message, expected = '', found = '', hint = '' }) => ({
    ...{ line, column },
    text: [message, expected, found, hint].join(' | '),
  }))
}

const question = (changes: string): Record<string, string> => ({ '  - {name: q': `  - {name: q, ${changes}}` })
const usual = 'compare: composition, against: balanced'
const family = '  gen: '

describe('what is wrong in a study’s file', () => {
  it('is nothing in a file that is in order', () => {
    expect(problemsOf(sampleYaml())).toEqual([])
  })

  it.each<[string, string, Problem]>([
    ['nothing', '', [1, 1, 'The file is empty']],
    ['a second document', 'a: 1\n---\nb: 2\n', [2, 1, 'second document']],
    ['a key that stands twice', 'name: a\nseed: 1\nname: b\n', [3, 1, 'stands twice']],
    ['a bracket that is not closed', 'models: {a: [1, 2}\n', [1, 18, 'This is not YAML']],
    ['a tab as indentation', 'models:\n\ta: 1\n', [2, 1, 'not with tabs']],
    ['a tag', 'name: !!js/function x\n', [1, 7, 'no tags']],
    ['a directive', '%YAML 1.1\n---\nname: a\n', [1, 1, 'no directives']],
    ['a list as a key', '? [a]\n: 1\n', [1, 1, 'A key is a list']],
    ['a key that objects have', 'models:\n  __proto__: {family: generative}\n', [2, 3, 'cannot be used']],
    ['an alias of nothing', 'name: a\nseed: *other\n', [2, 7, 'stands for nothing']],
    ['an alias inside what it stands for', 'models: &a {b: *a}\n', [1, 1, 'cannot be resolved']],
    ['nesting without end', '['.repeat(5000), [1, 33, 'nested too deeply']],
    ['text that is no mapping', 'just words\n', [1, 1, 'This is not a study.']],
  ])('is said of %s', (_, text, [line, column, says]) => {
    const [first] = problemsOf(text)
    expect(first).toMatchObject({ line, column })
    expect(first?.text).toContain(says)
  })

  it('is said of aliases that unfold to a great many values, at once', () => {
    const lines = ['a: &a [x,x,x,x,x,x,x,x,x]']
    for (const [now, before] of ['ba', 'cb', 'dc', 'ed'].map((pair) => [...pair])) {
      lines.push(`${now}: &${now} [${new Array(9).fill(`*${before}`).join(',')}]`)
    }
    expect(problemsOf(lines.join('\n'))[0]?.text).toContain('cannot be resolved')
  })

  it('is said of a mapping with more keys than are compared with one another', () => {
    const text = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n')
    expect(problemsOf(text)[0]?.text).toContain('too long')
  })

  it.each<[string, Record<string, string>, Problem]>([
    ['another version', { bitgauge: 'bitgauge: study/2' }, [1, 11, 'study/1']],
    ['a name with a capital', { 'name:': 'name: Sample' }, [2, 7, 'a-z, 0-9']],
    [
      'a key that there is not',
      { 'seed:': 'sead: 7' },
      [3, 1, 'A study has no setting "sead". |  |  | The nearest is seed.'],
    ],
    ['a seed that is text', { 'seed:': 'seed: seven' }, [3, 7, 'a number | "seven"']],
    ['a seed that is no whole number', { 'seed:': 'seed: 1.5' }, [3, 7, 'a whole number | 1.5']],
    ['infinity', { 'seed:': 'seed: .inf' }, [3, 7, 'seed has a value']],
    ['a dataset’s misspelled key', { 'dataset:': 'dataset: {fille: a.csv}' }, [4, 11, 'The nearest is file.']],
    ['a list for a mapping', { 'dataset:': 'dataset: [ag-news]' }, [4, 10, 'a mapping | a list']],
    ['a family that there is not', { [family]: '  gen: {family: genrative}' }, [7, 17, 'The nearest is generative.']],
    [
      'a model without a family',
      { [family]: '  gen: {hidden: 8}' },
      [7, 3, 'models.gen lacks "family". | discriminative, generative'],
    ],
    [
      'a setting of the other family',
      { [family]: '  gen: {family: generative, pooling: last}' },
      [7, 29, 'no setting "pooling"'],
    ],
    [
      'a training’s misspelled setting',
      { [family]: '  gen: {family: generative, train: {epoch: 2}}' },
      [7, 37, 'The nearest is epochs.'],
    ],
    ['a part’s name with a slash', { [family]: '  a/b: {family: generative}' }, [7, 3, 'cannot be called so']],
    [
      'a composition’s misspelled word',
      { calib: 'calibration: {compositions: {a: balansed}}' },
      [8, 33, 'The nearest is balanced.'],
    ],
    [
      'a share that is text',
      { calib: 'calibration: {compositions: {a: {World: some}}}' },
      [8, 41, 'a number | "some"'],
    ],
    ['shares that are all 0', { calib: 'calibration: {compositions: {a: {World: 0}}}' }, [8, 33, 'a share above 0']],
    ['no draw at all', { calib: 'calibration: {draws: 0, compositions: {a: natural}}' }, [8, 22, 'at least 1 | 0']],
    [
      'a calibrator that there is not',
      { recipes: 'recipes: {a: {weights: {calibrator: {name: kll}}}}' },
      [9, 44, 'The nearest is kl.'],
    ],
    ['a recipe’s misspelled setting', { recipes: 'recipes: {a: {scail: dynamic}}' }, [9, 15, 'The nearest is scale.']],
    ['a preset that there is not', { recipes: 'recipes: {a: brevitas-lik}' }, [9, 14, 'The nearest is brevitas-like.']],
    [
      'a preset that there is not, with settings',
      { recipes: 'recipes: {a: {preset: our, scale: dynamic}}' },
      [9, 23, 'The nearest is ours.'],
    ],
    [
      'a width that there is not',
      { '  bits': '  bits: [9]' },
      [11, 10, '2, 3, 4, 5, 6, 7, 8, 16, float, or a mapping | 9'],
    ],
    ['a group’s misspelled width', { '  bits': '  bits: [{weigths: 4}]' }, [11, 11, 'The nearest is weights.']],
    ['a single width for a list', { '  bits': '  bits: 8' }, [11, 9, 'a list | 8']],
    ['a grid without bits', { '  bits': '  recipe: all' }, [10, 1, 'grid lacks "bits"']],
    ['widths that stand twice', { '  bits': '  bits: [8, 4, 8]' }, [11, 16, 'names 8 twice']],
    [
      'noise of kind none with a level',
      { '  noise': '  noise: [{kind: none, level: 0.1}]' },
      [12, 11, 'clean input has level 0'],
    ],
    [
      'noise of another kind at level 0',
      { '  noise': '  noise: [{kind: swap, level: 0}]' },
      [12, 31, 'a level above 0'],
    ],
    [
      'noise that stands twice',
      { '  noise': '  noise: [{kind: none}, {kind: none, level: 0}]' },
      [12, 25, 'names none twice'],
    ],
    [
      'noise of a kind that there is not',
      { '  noise': '  noise: [{kind: qwert, level: 0.1}]' },
      [12, 18, 'The nearest is qwerty.'],
    ],
    ['a shift without its size', { '  noise': '  shift: [{kind: shorten}]' }, [12, 11, 'lacks "share"']],
    ['a model that is not there', { '  noise': '  model: [disc, jen]' }, [12, 17, 'The nearest is gen.']],
    ['a model that stands twice', { '  noise': '  model: [disc, disc]' }, [12, 17, 'names disc twice']],
    [
      'a composition that is not there',
      { '  noise': '  composition: [two]' },
      [12, 17, 'There is no composition "two"'],
    ],
    ['a recipe that is not there', { '  noise': '  recipe: [theirs]' }, [12, 12, 'There is no recipe "theirs"']],
    [
      'seeds that stand twice',
      { '  disc': '  disc: {family: discriminative, train: {seeds: [1, 1]}}' },
      [6, 53, 'names 1 twice'],
    ],
    ['an empty exclusion', { exclude: 'exclude: [{}]' }, [13, 11, 'at least one value']],
    ['an exclusion of no axis', { exclude: 'exclude: [{modell: gen}]' }, [13, 12, 'The nearest is model.']],
    [
      'a grid beyond what fits',
      {
        calib: 'calibration: {draws: 1000, compositions: {a: balanced, b: natural, c: unlabelled, d: {World: 1}}}',
        '  noise': '  noise: [{kind: swap, level: 0.1}, {kind: swap, level: 0.2}, {kind: swap, level: 0.3}]',
      },
      [11, 3, 'too many cells'],
    ],
    ['a question without a unit', question(`${usual}, test: sign-flip`), [15, 5, 'lacks "unit"']],
    [
      'a question about no axis',
      question('compare: compositions, against: balanced, unit: draw, test: tost'),
      [15, 24, 'The nearest is composition.'],
    ],
    [
      'a value that is not there',
      question('compare: composition, against: balansed, unit: draw, test: tost'),
      [15, 46, 'The nearest is balanced.'],
    ],
    [
      'a number of bits that is not there',
      question('compare: bits, against: 6, unit: draw, test: tost'),
      [15, 39, 'The grid has no bits "6"'],
    ],
    [
      'nothing to compare with',
      question('compare: noise, against: none, only: {noise: [none]}, unit: draw, test: tost'),
      [15, 24, 'nothing to compare noise none with'],
    ],
    [
      'a unit that is compared',
      question('compare: draw, against: 0, unit: draw, test: tost'),
      [15, 48, 'cannot be compared and be the unit'],
    ],
    [
      'an axis that is compared and held fixed',
      question(`${usual}, within: [composition], unit: draw, test: tost`),
      [15, 65, 'compared and held fixed'],
    ],
    [
      'the unit held fixed',
      question(`${usual}, within: [draw], unit: draw, test: tost`),
      [15, 65, 'the unit and held fixed'],
    ],
    [
      'a test of texts on draws',
      question(`${usual}, unit: draw, test: mcnemar`),
      [15, 74, 'does not speak of draws. | sign-flip, wilcoxon, tost'],
    ],
    [
      'a test of draws on texts',
      question(`${usual}, unit: text, test: sign-flip`),
      [15, 74, 'does not speak of texts'],
    ],
    [
      'two questions of one name',
      {
        '  - {name: q': `  - {name: q, ${usual}, unit: draw, test: tost}\n  - {name: q, ${usual}, unit: draw, test: tost}`,
      },
      [16, 12, 'Two questions are called'],
    ],
  ])('is said of %s', (_, changes, [line, column, says]) => {
    const problems = problemsOf(sampleYaml(changes))
    expect(problems[0]).toMatchObject({ line, column })
    expect(problems[0]?.text).toContain(says)
  })

  it('is said all at once, in the order of the file, and the first is the place of the error', () => {
    const reading = readStudy(
      sampleYaml({ 'seed:': 'sead: 7', '  bits': '  bits: [9]', exclude: 'exclude: {model: gen}' }),
    )
    if (reading.ok) throw new Error('it was read')
    const error = problemsError('a.yaml', reading.problems)
    expect(error).toMatchObject({ code: 'input-invalid', where: { file: 'a.yaml', line: 3, column: 1 } })
    expect(error.hint).toMatch(/The nearest is seed\. Also: 11:10 .* 13:10 /)
  })
})

describe('what is doubtful in a study', () => {
  const doubtsOf = (changes: Record<string, string>) =>
    readSample(changes).doubts.map(({ line, message }) => `${line}: ${message}`)

  it.each<[string, Record<string, string>, string]>([
    [
      'fewer draws than a verdict needs',
      { calib: 'calibration: {draws: 5, compositions: {balanced: balanced, one: {World: 1}}}' },
      '15: Question q has 5 draws, and a verdict needs at least 12.',
    ],
    [
      'fewer seeds than a claim over training needs',
      question(`${usual}, within: [model, recipe, bits, noise], unit: seed, test: tost`),
      '15: Question q has 2 seeds, and a claim over training needs at least 6.',
    ],
    [
      'widths that are written in two ways',
      { '  bits': '  bits: [8, 4, {weights: 8}]' },
      '11: grid.bits names W8 A8 C8 in two ways; it is measured once.',
    ],
    ['an exclusion of what is not there', { exclude: 'exclude: [{bits: 2}]' }, '13: The grid has no bits "2".'],
    [
      'axes that a question leaves open',
      question(`${usual}, within: [model], unit: draw, test: tost`),
      '15: Question q is asked for each recipe and bits and noise by itself, since within does not name them.',
    ],
  ])('is told of %s, and does not keep it from being run', (_, changes, doubt) => {
    expect(doubtsOf(changes)).toContain(doubt)
  })

  it('is nothing in the sample', () => {
    expect(doubtsOf({})).toEqual([])
  })
})

describe('a study with its defaults filled in', () => {
  it('has the learning rate that is usual for a family, and the one that is written', () => {
    const { models } = readSample({
      '  gen': '  gen: {family: generative}\n  other: {family: generative, train: {optimizer: {learningRate: 0.01}}}',
    }).study
    const rates = Object.values(models).map((model) =>
      model.kind === 'training' ? model.options.optimizer.learningRate : null,
    )
    expect(rates).toEqual([0.001, 0.002, 0.01])
  })

  it('lays a recipe’s settings over those of its preset, and leaves the others of the preset alone', () => {
    const { recipes } = readSample({
      recipes: 'recipes: {a: {preset: brevitas-like, activations: {calibrator: {name: mse}}}}',
    }).study
    expect(recipes['a']?.families.discriminative).toMatchObject({
      target: 'brevitas-like',
      cellRounds: 3,
      activations: { scheme: 'symmetric', calibrator: { name: 'mse', steps: 100 } },
    })
    expect(recipes['a']?.families.discriminative.activations.calibrator).not.toHaveProperty('q')
  })

  it('takes noise of kind none without its level', () => {
    expect(readSample({ '  noise': '  noise: [{kind: none}]' }).study.grid.noise).toEqual([{ kind: 'none', level: 0 }])
  })

  it('is the same from JSON, from other words and order, and with what `all` stands for written out', () => {
    const fingerprint = studyFingerprint(readSample().study)
    const json = JSON.stringify(
      {
        grid: {
          noise: [
            { level: 0, kind: 'none' },
            { kind: 'qwerty', level: 5e-2 },
          ],
          bits: [8, 4, { weights: 4 }],
          model: ['disc', 'gen'],
        },
        ...{ bitgauge: 'study/1', name: 'sample', seed: 7, dataset: { id: 'ag-news' } },
        models: {
          disc: { family: 'discriminative', hidden: 50, train: { epochs: 6, batch: 64, seeds: [1, 2] } },
          gen: { family: 'generative', head: 'shared' },
        },
        calibration: { size: 64, labels: true, compositions: { balanced: 'balanced', one: { World: 1 } } },
        recipes: { ours: 'ours', mine: { scale: 'dynamic', preset: 'ours' } },
        exclude: [{ model: 'gen', bits: 4 }],
        questions: [
          {
            name: 'q',
            compare: 'composition',
            against: 'balanced',
            within: ['model', 'recipe', 'bits', 'noise'],
            unit: 'draw',
            test: 'sign-flip',
          },
        ],
      },
      null,
      '\t',
    )
    const reading = readStudy(json)
    if (!reading.ok) throw new Error(JSON.stringify(reading.problems))
    expect(studyFingerprint(reading.read.study)).toBe(fingerprint)
    expect(studyFingerprint(readSample({ 'seed:': '# a note\nseed: 7' }).study)).toBe(fingerprint)
    expect(studyFingerprint(readSample({ 'seed:': 'seed: 8' }).study)).not.toBe(fingerprint)
  })
})

import { wilson } from '../../../src/core/statistics/wilson.ts'
import type {
  Adjustment,
  Answer,
  Contrast,
  MissingCell,
  ResultRow,
  Results,
  SiteSummary,
} from '../../../src/shared/contract/results.ts'
import { completeBits, sites } from '../../../src/shared/contract/quantizationRules.ts'
import type { Bits, Noise, Warning, Width } from '../../../src/shared/units.ts'

/** Names that do harm where one format or another takes them for more than text. */
export const hostileNames = {
  html: '<img src=x onerror=alert(1)>',
  formula: "=cmd|' /C calc'!A0",
  tex: '\\input{/etc/passwd}\\write18{id}$%&_#{}~^',
  cdata: ']]><script>alert(1)</script><!--',
  ansi: '\u001b[31mred\u001b[0m\u0007\u0000',
  direction: '\u202egnp.exe\u202c \u2066\u200f',
  rightToLeft: 'ספורט وعالم',
  template: '{a|b}{b}${c}`rm`',
  table: '| a | b |\n--- @everyone https://example.org www.example.org',
  long: 'A name that is a good deal longer than thirty characters, and 你好',
} as const

export interface MakeOptions {
  models?: Record<string, ResultRow['family']>
  widths?: readonly Width[]
  compositions?: readonly string[]
  draws?: number
  seeds?: readonly number[]
  noises?: readonly Noise[]
  classes?: readonly string[]
  /** cells that were not run: true leaves the cell out */
  leaveOut?: (row: ResultRow) => boolean
}

const clean: Noise = { kind: 'none', level: 0 }

/** 2 families x 8 widths x 4 compositions x 3 draws x 3 noises unless said otherwise, with figures that fall as such figures do. */
export function makeResults(options: MakeOptions = {}): Results {
  const {
    models = { disc: 'discriminative', gen: 'generative' },
    widths = [16, 8, 7, 6, 5, 4, 3, 2],
    compositions = ['balanced', 'one', 'three', 'natural'],
    draws = 3,
    seeds = [1],
    noises = [clean, { kind: 'qwerty', level: 0.05 }, { kind: 'qwerty', level: 0.2 }],
    classes = ['World', 'Sports', 'Business', 'Sci/Tech'],
    leaveOut = () => false,
  } = options
  const rows: ResultRow[] = []
  for (const [model, family] of Object.entries(models)) {
    for (const seed of seeds) {
      const common = { model, family, seed, classes: classes.length }
      for (const noise of noises)
        rows.push(
          row(
            { ...common, bits: completeBits('float', { singleWidth: 'all' }), composition: null, draw: null, noise },
            rows.length,
          ),
        )
      for (const width of widths) {
        for (const [index, composition] of compositions.entries()) {
          for (let draw = 0; draw < draws; draw += 1) {
            for (const noise of noises) {
              rows.push(
                row(
                  {
                    ...common,
                    bits: completeBits(width, { singleWidth: 'all' }),
                    composition,
                    draw,
                    noise,
                    harm: index,
                  },
                  rows.length,
                ),
              )
            }
          }
        }
      }
    }
  }
  const kept = rows.filter((one) => !leaveOut(one))
  return {
    study: {
      id: idOf(999_999),
      name: 'calibration-ag-news',
      fingerprint: `sha256:${'a1'.repeat(32)}`,
      yaml: 'bitgauge: study/1\nname: calibration-ag-news\nmodels:\n  disc: {family: discriminative}\n',
      seed: 7,
    },
    dataset: { name: 'ag-news', fingerprint: `sha256:${'b2'.repeat(32)}`, classes: [...classes] },
    versions: { bitgauge: '0.1.0', evaluation: '1', quantization: '1', tensorflow: '2.21.0' },
    cells: { total: rows.length, done: kept.length, failed: 0 },
    rows: kept,
    missing: rows.filter(leaveOut).map(missingOf),
    recipes: [{ name: 'ours', preset: 'ours', changed: false }],
    answers: answersFor(Object.keys(models), widths, compositions),
    adjustments: subjects(models, [4], compositions).map((subject, index) => ({
      ...subject,
      adjustments: adjustmentsOf(index),
    })),
    profiles: subjects(models, [], compositions).map((subject, index) => ({
      ...subject,
      bits: null,
      texts: 'own' as const,
      sites: sites.map((site, at) => siteOf(site, at, index)),
    })),
    warnings: [
      {
        code: 'draws-too-few',
        message: '3 draws cannot show a difference at p < 0.05; at least 12 are needed.',
        subject: 'composition-matters',
      },
    ],
  }
}

/** A row that was left out, as a cell that was not run. */
function missingOf(
  { model, seed, recipe, bits, composition, draw, noise, shift }: ResultRow,
  number: number,
): MissingCell {
  return { number, model, seed, recipe, bits, composition, draw, noise, shift, error: null }
}

/** {@link makeResults} with a hostile name in every place that takes one. */
export function makeHostileResults(): Results {
  const h = hostileNames
  const results = makeResults({
    models: { [h.html]: 'discriminative', [h.tex]: 'generative', [h.long]: 'generative' },
    widths: [8, 4, 2],
    compositions: [h.formula, h.direction, h.rightToLeft, h.template],
    draws: 2,
    noises: [clean, { kind: 'swap', level: 0.1 }],
    classes: Object.values(h),
  })
  const warning: Warning = { code: 'dead-signal', message: `${h.ansi} ${h.cdata}`, subject: h.html }
  return {
    ...results,
    study: { ...results.study, yaml: `# ${h.cdata}\nname: ${h.html}\n  x: ${h.ansi}\n` },
    versions: { ...results.versions, [h.html]: h.tex },
    missing: results.rows.slice(0, 3).map((one, index) => ({
      ...missingOf(one, index),
      error: index === 2 ? null : { code: 'internal' as const, message: `${h.html} ${h.ansi}`, hint: h.formula },
    })),
    recipes: [{ name: 'ours', preset: h.html, changed: true }],
    rows: results.rows.map((one, index) => (index % 5 === 3 ? { ...one, warnings: [warning] } : one)),
    answers: results.answers.map((answer) => ({
      ...answer,
      sentence: `${h.html} ${h.tex} ${h.ansi} ${h.cdata}`,
      limits: [h.table, h.direction],
      contrasts: answer.contrasts.map((contrast) => ({ ...contrast, sentence: h.cdata })),
    })),
    warnings: [warning],
  }
}

/** A ULID of a number. */
export function idOf(number: number): string {
  return `01K${number
    .toString(32)
    .toUpperCase()
    .replace(/[ILOU]/g, (c) => ({ I: 'W', L: 'X', O: 'Y', U: 'Z' })[c] ?? c)
    .padStart(23, '0')}`
}

interface Cell {
  model: string
  family: ResultRow['family']
  seed: number
  bits: Bits
  composition: string | null
  draw: number | null
  noise: Noise
  classes: number
  /** place of the composition: later ones lose more */
  harm?: number
}

const n = 7600
const floats = { discriminative: 0.9199, generative: 0.9067 }

function row(
  { model, family, seed, bits, composition, draw, noise, classes, harm = 0 }: Cell,
  index: number,
): ResultRow {
  const wobble = (scale: number) => (((index * 7919) % 101) / 100 - 0.5) * scale
  const right = Math.round(
    n * Math.max(0.25, accuracyOf(family, bits.weights, harm, noise.level) + (draw === null ? 0 : wobble(0.006))),
  )
  const float = floats[family] - noise.level * 0.6
  const accuracy = right / n
  const dead = bits.weights === 2
  return {
    id: idOf(index),
    model,
    family,
    seed,
    recipe: draw === null ? null : 'ours',
    bits,
    composition,
    draw,
    noise,
    shift: null,
    split: 'test',
    n,
    accuracy,
    interval: wilson(right, n),
    macroF1: Math.max(0, accuracy - 0.002),
    nll: dead ? null : 0.3 + (1 - accuracy),
    ece: 0.02 + (1 - accuracy) * 0.1,
    agreement: draw === null ? null : Math.min(1, accuracy / float),
    difference:
      draw === null
        ? null
        : {
            value: accuracy - float,
            interval: {
              low: accuracy - float - 0.006,
              high: accuracy - float + 0.006,
              level: 0.95,
              method: 'newcombe',
            },
          },
    recalls: Array.from({ length: classes }, (_, at) => (at === 2 ? null : accuracy)),
    confusion: [],
    model_bytes: draw === null ? 12_000_000 : Math.round((12_000_000 * Number(bits.weights)) / 32),
    duration_s: 1.25,
    warnings: dead
      ? [{ code: 'dead-signal', message: 'The output of the LSTM is 0 for every text.', subject: 'hidden' }]
      : [],
  }
}

function accuracyOf(family: ResultRow['family'], width: Width, harm: number, noise: number): number {
  const bits = width === 'float' ? 32 : width
  const cliff = family === 'discriminative' ? 3.6 : 4.1
  const kept = 1 / (1 + Math.exp(-(bits - cliff - harm * 0.15) * 2.4))
  return 0.25 + (floats[family] - 0.25) * kept - noise * (0.6 + 2 / bits)
}

function answersFor(models: readonly string[], widths: readonly Width[], compositions: readonly string[]): Answer[] {
  const [against = '', ...others] = compositions
  const contrasts = models.flatMap((model, family) =>
    widths.flatMap((width, step) =>
      others.map((value, index) => contrastOf(model, width, value, against, step, index + family)),
    ),
  )
  return [
    {
      question: {
        name: 'composition-matters',
        compare: 'composition',
        against,
        within: ['model', 'bits'],
        only: { noise: ['none'] },
        unit: 'draw',
        test: 'sign-flip',
        correct: 'holm',
        smallest: 0.005,
      },
      missing: 0,
      verdict: 'depends',
      sentence: 'Composition matters at 4 bits and below, and is undecided above.',
      limits: ['For these models: one training seed.', '3 draws are fewer than the 12 that a tested contrast needs.'],
      contrasts,
    },
  ]
}

function contrastOf(
  model: string,
  width: Width,
  value: string,
  against: string,
  step: number,
  index: number,
): Contrast {
  const bits = completeBits(width, { singleWidth: 'all' }).label
  if (width === 2)
    return {
      ...empty,
      within: { model, bits },
      value,
      against,
      sentence: `At ${bits} nothing can be tested: every draw has the same figure.`,
    }
  const difference = -0.002 - Math.max(0, step - 3) * 0.012 * (index + 1)
  const p = step > 3 ? 0.004 : 0.3
  return {
    within: { model, bits },
    value,
    against,
    difference,
    interval: { low: difference - 0.006, high: difference + 0.006, level: 0.95, method: 'paired-t' },
    statistic: difference,
    p,
    pCorrected: Math.min(1, p * 6),
    pairs: 3,
    detectable: 0.011,
    verdict: step > 3 ? 'held' : 'undecided',
    sentence: `At ${bits} the difference is ${difference.toFixed(4)}.`,
  }
}

const empty = {
  difference: null,
  interval: null,
  statistic: null,
  p: null,
  pCorrected: null,
  pairs: 3,
  detectable: null,
  verdict: 'not-testable' as const,
}

function subjects(models: Record<string, unknown>, widths: readonly Width[], compositions: readonly string[]) {
  const labels = widths.length === 0 ? [null] : widths.map((width) => completeBits(width, { singleWidth: 'all' }).label)
  return Object.keys(models).flatMap((model) =>
    labels.flatMap((bits) =>
      compositions.map((composition) => ({ model, seed: 1, recipe: 'ours', bits, composition, draw: 0 })),
    ),
  )
}

function bell(bins: number, centre: number, width: number): number[] {
  return Array.from({ length: bins }, (_, bin) =>
    Math.round(10_000 * Math.exp(-(((bin / bins - centre) / width) ** 2))),
  )
}

function adjustmentsOf(index: number): Adjustment[] {
  const of = (weight: Adjustment['weight'], gate: Adjustment['gate'], at: number): Adjustment => ({
    weight,
    gate,
    meanAbsolute: 0.002 + 0.0001 * at,
    meanSteps: 0.22 + 0.01 * ((at * 3 + index) % 5),
    largestSteps: 0.5,
    wasserstein: 0.0008,
    normRatio: weight === 'label' ? null : 0.99,
    atEnds: 0.01 * at,
    histogram: bell(102, 0.5 + 0.01 * index, 0.3 + 0.04 * at),
  })
  const arrays = (['embedding', 'lstm-x', 'lstm-h', 'head'] as const).map((weight, at) => of(weight, null, at))
  const gates = (['lstm-x', 'lstm-h'] as const).flatMap((weight, part) =>
    (['i', 'f', 'g', 'o'] as const).map((gate, at) => of(weight, gate, part * 4 + at)),
  )
  return [...arrays, ...gates]
}

function siteOf(site: SiteSummary['site'], at: number, index: number): SiteSummary {
  const wide = 1 + at * 0.7
  const low = site.startsWith('sigmoid') ? 0 : -wide
  return {
    part: 0,
    site,
    count: 512 * 40,
    min: low,
    max: wide,
    mean: 0.01 * index,
    deviation: wide / 3,
    histogram: bell(256, 0.5 + 0.02 * index, 0.12 + 0.01 * at),
  }
}

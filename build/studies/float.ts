/**
 * `npm run study:float -- [--section NAME …] [--home DIR]`: float models on AG News and R8 through the command line, into
 * docs/studies/float.json and float.md. What was trained or evaluated before in that home is not done again; lines of sections that
 * are left out stay as the file has them. The data sets lie in ../shared/data; see its README for where they come from.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { machine } from '../bench/record.ts'
import { floatPage, type FloatLine, type FloatStudy } from '../docs/floatPage.ts'
import { defaultPaths } from '../../src/host/paths.ts'
import type { EvaluationResult } from '../../src/shared/contract/evaluation.ts'
import type { ModelRecord } from '../../src/shared/contract/model.ts'
import type { Trained } from '../../src/shared/contract/training.ts'
import { root } from '../tasks/run.ts'
import { bitgauge } from './bitgauge.ts'
import { ensureDataset } from './datasets.ts'
import { floatPlan, type Plan } from './floatPlan.ts'

const { values } = parseArgs({ options: { section: { type: 'string', multiple: true }, home: { type: 'string' } } })
const home = values.home ?? join(defaultPaths().cache, 'studies')
const target = join(root, 'docs', 'studies', 'float.json')

mkdirSync(join(root, 'docs', 'studies'), { recursive: true })
const wanted = floatPlan().filter((plan) => values.section === undefined || values.section.includes(plan.section))
for (const plan of wanted) save(await line(plan))

async function line(plan: Plan): Promise<FloatLine> {
  await ensureDataset(plan.dataset, home)
  const name = `${plan.dataset}-${plan.label}-${plan.seed}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 64)
  const { model } = await bitgauge<Trained>(
    ['train', '--dataset', plan.dataset, ...plan.train, '--seed', String(plan.seed), '--name', name],
    home,
  )
  const evaluations: FloatLine['evaluations'] = []
  for (const { label, args } of plan.evaluations) {
    const { accuracy, interval, n, macroF1, classes, classNames, nll } = await bitgauge<EvaluationResult>(
      ['evaluate', model.name, ...args],
      home,
    )
    evaluations.push({ label, accuracy, interval, n, macroF1, nll, classes, classNames })
  }
  const { section, label, dataset, seed, train } = plan
  return {
    section,
    label,
    dataset,
    seed,
    command: `train ${train.join(' ')}`,
    training: trainingOf(model),
    evaluations,
  }
}

function trainingOf({ name, training }: ModelRecord): FloatLine['training'] {
  if (training === null) throw new Error(`${name} was not trained here`)
  const { texts, history, bestEpoch, steps, dev, duration_s } = training
  return { texts, epochs: history.length, bestEpoch, steps, devAccuracy: dev?.accuracy ?? null, duration_s }
}

function save(made: FloatLine): void {
  const before: FloatLine[] = existsSync(target) ? (JSON.parse(readFileSync(target, 'utf8')) as FloatStudy).lines : []
  const key = ({ section, label, seed }: Pick<FloatLine, 'section' | 'label' | 'seed'>): string =>
    `${section}\0${label}\0${seed}`
  const order = floatPlan().map(key)
  const lines = [...before.filter((one) => key(one) !== key(made)), made].sort(
    (a, b) => order.indexOf(key(a)) - order.indexOf(key(b)),
  )
  const study: FloatStudy = { schema: 'bitgauge/study-float/1', machine: machine(), lines }
  writeFileSync(target, `${JSON.stringify(study, null, 1)}\n`)
  writeFileSync(target.replace(/json$/, 'md'), floatPage(study))
}

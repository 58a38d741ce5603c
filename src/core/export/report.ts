import { contrastName, testWords, verdictWords } from '../../shared/charts/differences.ts'
import type { Figure } from '../../shared/charts/figure.ts'
import { counted } from '../../shared/charts/figures.ts'
import { groupWords, missingGroups, namedCells, unlisted } from '../../shared/charts/missingCells.ts'
import { recipeWords } from '../../shared/charts/recipeWords.ts'
import type { Answer, Results } from '../../shared/contract/results.ts'
import type { Warning } from '../../shared/units.ts'
import { contrastsTable } from './contrastsTable.ts'
import { htmlName, htmlText } from './html.ts'
import { htmlTable } from './htmlTable.ts'
import { htmlPage } from './page.ts'
import { provenanceLines } from './provenance.ts'
import type { TextTable } from './textTable.ts'

/** A chart as it stands in a report: drawn once for each scheme. */
export interface ReportChart {
  figure: Figure
  /** SVG elements without ids in common, their text alternative in them */
  light: string
  dark: string
}

export interface ReportParts {
  tables: readonly TextTable[]
  charts: readonly ReportChart[]
  fonts: string
}

/**
 * A study in one file that needs no other: what was asked and what the answer is, what the answer rests on and what limits it, tables, charts,
 * what made it, every warning.
 */
export function studyReport(results: Results, { tables, charts, fonts }: ReportParts): string {
  const body = [
    '<main>',
    heading(results),
    ...section('Answers', answersOf(results)),
    ...section(
      'Tables',
      tables.map((table) => htmlTable(table, 3)),
    ),
    ...section('Charts', charts.map(chartFigure)),
    ...section(
      'What the answers rest on',
      results.answers
        .filter(({ contrasts }) => contrasts.length > 0)
        .map((answer) => htmlTable(contrastsTable(answer), 3)),
    ),
    ...section('Cells without a result', missingOf(results)),
    ...section('Warnings', warningsOf(results)),
    ...section('What made it', [factsOf(results), studyFile(results)]),
    '</main>',
  ].join('\n')
  return htmlPage({
    title: `${results.study.name}: Bitgauge report`,
    body,
    provenance: provenanceLines(results),
    fonts,
  })
}

function section(title: string, parts: readonly string[]): string[] {
  return parts.length === 0 ? [] : [`<section>`, `<h2>${title}</h2>`, ...parts, '</section>']
}

function heading({ study, dataset, cells, rows }: Results): string {
  const failed = cells.failed > 0 ? `, ${cells.failed} failed` : ''
  const left = cells.total - cells.done - cells.failed
  return [
    `<h1>${htmlName(study.name)}</h1>`,
    `<p class="lead">${counted(rows.length, 'run')} on ${htmlName(dataset.name)}, ${counted(dataset.classes.length, 'class', 'classes')}; ${cells.done} of ${counted(cells.total, 'cell')} done${failed}${left > 0 ? `, ${left} not run` : ''}.</p>`,
  ].join('\n')
}

function answersOf({ answers }: Results): string[] {
  if (answers.length === 0) return ['<p>The study declares no question: its figures describe, they do not decide.</p>']
  return answers.map(answerArticle)
}

type Verdict = Answer['verdict']
const icons: Record<Verdict, [path: string, tone: string]> = {
  held: ['M21.8 10A10 10 0 1 1 17 3.34M9 11l3 3L22 4', 'word-held'],
  'not-held': ['M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20M15 9l-6 6M9 9l6 6', 'word-not-held'],
  undecided: ['M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20M9.1 9a3 3 0 0 1 5.8 1c0 2-3 3-3 3M12 17h.01', 'word-doubt'],
  'not-testable': ['M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20M4.9 4.9l14.2 14.2', 'word-doubt'],
  depends: [
    'M6 3v12M18 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6M6 21a3 3 0 1 0 0-6 3 3 0 0 0 0 6M18 9a9 9 0 0 1-9 9',
    'word-doubt',
  ],
  waiting: ['M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20M12 6v6l4 2', 'word-doubt'],
}

function answerArticle(answer: Answer): string {
  const { question, verdict, sentence, limits, missing } = answer
  const [path, tone] = icons[verdict]
  const icon = `<svg width="16" height="16" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${path}"/></svg>`
  const word = verdictWords[verdict]
  return [
    '<article class="verdict">',
    `<h3 class="${tone}">${icon}<span>${word.slice(0, 1).toUpperCase()}${word.slice(1)}</span></h3>`,
    `<p class="sentence">${htmlText(sentence)}</p>`,
    `<p class="evidence">Question ${htmlName(question.name)}: ${htmlText(testWords(answer))}</p>`,
    ...(missing > 0 ? [`<p class="evidence">Waits for ${counted(missing, 'cell')}.</p>`] : []),
    ...(limits.length > 0
      ? [`<ul class="limits">${limits.map((limit) => `<li>${htmlText(limit)}</li>`).join('')}</ul>`]
      : []),
    ...details(
      'Each contrast in a sentence',
      answer.contrasts.map((one) => `<p class="caption">${htmlText(contrastName(one))}: ${htmlText(one.sentence)}</p>`),
    ),
    '</article>',
  ].join('\n')
}

function details(title: string, parts: readonly string[]): string[] {
  return parts.length === 0 ? [] : [`<details><summary>${title}</summary>`, ...parts, '</details>']
}

function chartFigure({ figure, light, dark }: ReportChart): string {
  const id = `chart-${figure.name}`
  const { head, rows } = figure.table
  return [
    `<figure aria-labelledby="${id}">`,
    `<h3 id="${id}">${htmlText(figure.title)}</h3>`,
    ...figure.caption.filter((text) => text !== '').map((text) => `<p class="caption">${htmlText(text)}</p>`),
    `<div class="light">${light}</div>`,
    `<div class="dark">${dark}</div>`,
    ...figure.notes.map((text) => `<p class="note">${htmlText(text)}</p>`),
    ...details('Show as table', [
      `<div class="scroll" tabindex="0" role="region" aria-label="${htmlText(figure.title)} as a table">`,
      `<table><thead><tr>${head.map((text) => `<th scope="col">${htmlName(text)}</th>`).join('')}</tr></thead>`,
      `<tbody>${rows.map(([first = '', ...others]) => `<tr><th scope="row">${htmlName(first)}</th>${others.map((text) => `<td>${htmlName(text)}</td>`).join('')}</tr>`).join('\n')}</tbody></table>`,
      '</div>',
    ]),
    '</figure>',
  ].join('\n')
}

/** Cells that a reason's sentence names in the report. */
const namedAtMost = 50

/** Which cells failed, which were not run, and why. */
function missingOf(results: Results): string[] {
  const groups = missingGroups(results.missing).map(({ error, cells }) =>
    [
      `<p class="evidence">${htmlText(groupWords({ error, cells }))}${error?.hint === undefined ? '' : ` ${htmlText(error.hint)}`}</p>`,
      `<ul class="limits">${namedCells(cells, namedAtMost)
        .map((name) => `<li>${htmlName(name)}</li>`)
        .join('')}</ul>`,
    ].join('\n'),
  )
  const more = unlisted(results)
  return more === '' ? groups : [...groups, `<p class="evidence">${htmlText(more)}</p>`]
}

/** Every different warning once, with how many runs carry it. */
function warningsOf({ warnings, rows }: Results): string[] {
  const all = new Map<string, Warning & { runs: number }>()
  const add = (warning: Warning, runs: number) => {
    const key = `${warning.code}\n${warning.message}\n${warning.subject}`
    all.set(key, { ...warning, runs: (all.get(key)?.runs ?? 0) + runs })
  }
  for (const warning of warnings) add(warning, 0)
  for (const row of rows) for (const warning of row.warnings) add(warning, 1)
  return [...all.values()].map(
    ({ code, message, subject, runs }) =>
      `<div class="warning"><p><b>${htmlText(code.replaceAll('-', ' '))}</b> ${htmlText(message)}${subject === '' ? '' : ` (${htmlName(subject)})`}${runs > 0 ? `; ${counted(runs, 'run')}` : ''}</p></div>`,
  )
}

function factsOf(results: Results): string {
  const { study, dataset, versions } = results
  const facts: [string, string][] = [
    ['Study', `${study.name}, seed ${study.seed}`],
    ['Study fingerprint', study.fingerprint],
    ['Data', dataset.name],
    ['Data fingerprint', dataset.fingerprint],
    ['Classes', dataset.classes.join(', ')],
    ...results.recipes.map((recipe): [string, string] => ['Recipe', recipeWords(results, recipe.name)]),
    ...provenanceLines(results)
      .slice(3, 4)
      .map((line): [string, string] => ['Seeds', line]),
    ...Object.entries(versions)
      .sort()
      .map(([name, version]): [string, string] => [name, version]),
  ]
  return `<dl class="facts">${facts.map(([name, value]) => `<dt>${htmlText(name)}</dt><dd>${htmlName(value)}</dd>`).join('\n')}</dl>`
}

function studyFile({ study }: Results): string {
  const lines = study.yaml.split('\n').map((line) => `${/^ */.exec(line)?.[0] ?? ''}${htmlText(line)}`)
  return `<details><summary>The study's file</summary>\n<pre tabindex="0">${lines.join('\n')}</pre></details>`
}

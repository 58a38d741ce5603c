import { join } from 'node:path'
import { pivot } from '../../../shared/charts/pivot.ts'
import type { Results } from '../../../shared/contract/results.ts'
import type { StudyEnded } from '../../../shared/contract/study.ts'
import { percent, table } from '../../table.ts'
import { describeAnswers, describeEnded } from '../study/describe.ts'

/** What a first look shows: accuracy on clean and noisy texts by widths, the answers, and where the files are. */
export function describeQuickstart(results: Results, ended: StudyEnded, out: string): string {
  const { rows, columns, cells } = pivot(results, {
    ...{ rows: ['model', 'composition', 'noise'], columns: ['bits'], value: 'accuracy' },
    ...{ only: {}, best: 'none' },
  })
  const lines = rows.map((row, index) => [
    row.map((part) => (part === 'none' ? 'clean' : part)).join(', '),
    ...(cells[index] ?? []).map(({ summary }) => percent(summary?.value ?? null, 1)),
  ])
  return [
    ...table([['accuracy', ...columns.map((column) => column.join(', '))], ...lines]),
    '',
    ...describeAnswers(results),
    '',
    describeEnded(ended),
    `  ${join(out, 'report.html')} shows all of it`,
  ].join('\n')
}

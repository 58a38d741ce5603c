import { contrastName, intervalWords, pWords, testWords, verdictWords } from '../../shared/charts/differences.ts'
import { detectableText, pointsText } from '../../shared/charts/figures.ts'
import { markOf, markSigns } from '../../shared/charts/marks.ts'
import { slug } from '../../shared/charts/requests.ts'
import { plainText } from '../../shared/charts/shownName.ts'
import type { Answer, Contrast } from '../../shared/contract/results.ts'
import type { TextCell, TextTable } from './textTable.ts'

/** What each contrast of a question rests on, a row a contrast. */
export function contrastsTable(answer: Answer): TextTable {
  const { question, contrasts } = answer
  return {
    name: `question-${slug(question.name, 100)}`,
    title: `Question ${question.name}: ${verdictWords[answer.verdict]}`,
    caption: [plainText(answer.sentence), testWords(answer)],
    stub: ['contrast'],
    head: ['difference, points', 'p', 'p corrected', 'pairs', 'detectable, points', 'verdict'],
    rows: contrasts.map((contrast) => ({ stub: [contrastName(contrast)], cells: cellsOf(contrast, answer) })),
    notes: answer.limits.map(plainText),
  }
}

function cellsOf(contrast: Contrast, { question }: Answer): TextCell[] {
  const mark = markOf(contrast, question.test)
  const figure =
    contrast.difference === null
      ? { text: 'none', absent: true }
      : {
          text: pointsText(contrast.difference),
          second: intervalWords(contrast),
          ...(mark === null ? {} : { mark: markSigns[mark] }),
        }
  return [
    figure,
    { text: pWords(contrast.p) },
    { text: pWords(contrast.pCorrected) },
    { text: String(contrast.pairs) },
    contrast.detectable === null
      ? { text: 'cannot be said', absent: true }
      : { text: detectableText(contrast.detectable) },
    { text: verdictWords[contrast.verdict] },
  ]
}

import { expect, it } from 'vitest'
import { describeStudy } from '../../../src/cli/commands/study/describe.ts'
import type { StudyShown } from '../../../src/shared/contract/study.ts'
import { completeBits } from '../../../src/shared/contract/quantizationRules.ts'

const message = 'There was not enough memory.'

function shown(failed: number, open: number): StudyShown {
  const coordinates = (draw: number): StudyShown['open'][number]['coordinates'] => ({
    cell: {
      ...{ model: 'disc', seed: 1, recipe: 'ours', bits: completeBits(4, { singleWidth: 'all' }) },
      ...{ composition: 'balanced', draw, noise: { kind: 'none', level: 0 }, shift: null },
    },
    texts: { model: '', seed: '', recipe: '', bits: '', composition: '', draw: '', noise: '', shift: '' },
  })
  const error = { code: 'out-of-memory', message, hint: 'Give it fewer workers.' } as const
  return {
    ...{ id: '01M7ZA1YMS23QDP9CF24W2YB32', name: 'small', fingerprint: `sha256:${'0'.repeat(64)}`, state: 'failed' },
    dataset: 'ag-news',
    cells: { total: 200, done: 200 - failed - open, failed },
    ...{ created: '2026-11-21T15:02:08.626Z', started: null, ended: null, error: null, yaml: '' },
    failures: Array.from({ length: Math.min(100, failed) }, (_, number) => {
      return { number, coordinates: coordinates(number), error }
    }),
    open: Array.from({ length: Math.min(100, open) }, (_, number) => ({ number, coordinates: coordinates(number) })),
  }
}

it('a study’s cells that failed are named with the reason and what to do, then those that were not run', () => {
  expect(describeStudy(shown(2, 5), []).split('\n').slice(2)).toEqual([
    '  failed, 193 of 200 cells, 2 failed',
    `  Failed, 2 cells: ${message} Give it fewer workers.`,
    '    disc, seed 1, ours, W4 A4 C4, balanced, draw 0',
    '    disc, seed 1, ours, W4 A4 C4, balanced, draw 1',
    '  Not run: 5.',
    '    disc, seed 1, ours, W4 A4 C4, balanced, draw 0',
    '    disc, seed 1, ours, W4 A4 C4, balanced, draw 1',
    '    disc, seed 1, ours, W4 A4 C4, balanced, draw 2',
    '    and 2 more',
  ])
})

it('a study with nothing missing has no such lines, and one with many counts the rest', () => {
  expect(describeStudy(shown(0, 0), []).split('\n')).toHaveLength(3)
  const lines = describeStudy(shown(150, 0), []).split('\n')
  expect(lines.slice(-2)).toEqual(['    and 90 more', '  And 50 more that failed.'])
})

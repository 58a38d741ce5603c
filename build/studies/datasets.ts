import { join } from 'node:path'
import { root } from '../tasks/run.ts'
import { bitgauge } from './bitgauge.ts'

const data = join(root, '..', 'shared', 'data')

/** How the shared data sets are imported for every study of ours; the README beside the files says where they come from. */
const sources = {
  'ag-news': [
    'ag_news_train_43k.csv.gz',
    '--preset',
    'ag-news',
    '--test',
    join(data, 'ag_news_test.csv.gz'),
    '--dev-last',
    '3000',
  ],
  r8: ['r8_train.tsv.gz', '--preset', 'r8', '--test', join(data, 'r8_test.tsv.gz'), '--dev-share', '0.1'],
} as const
export type StudyDataset = keyof typeof sources

/** Imports the data set where the home has none of its name. */
export async function ensureDataset(name: StudyDataset, home: string): Promise<void> {
  const { datasets } = await bitgauge<{ datasets: { name: string }[] }>(['dataset', 'list'], home)
  if (datasets.some((dataset) => dataset.name === name)) return
  const [train, ...rest] = sources[name]
  await bitgauge(['dataset', 'import', join(data, train), ...rest, '--name', name], home)
}

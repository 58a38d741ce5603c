import type { CommandModule } from './command.ts'

interface CommandEntry {
  name: string
  summary: string
  load: () => Promise<CommandModule>
}

/** Every command; its file is read only when the command is asked for, so that `--help` stays fast. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: 'setup',
    summary: 'fetch the TensorFlow library and build its addon; safe to repeat',
    load: () => import('./commands/setup.ts'),
  },
  {
    name: 'doctor',
    summary: 'what this machine has, proved by running it',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'measure',
    summary: "time the LSTM's operations on this machine",
    load: () => import('./commands/measure.ts'),
  },
  {
    name: 'dataset',
    summary: 'read, generate, list and remove labelled texts',
    load: () => import('./commands/dataset.ts'),
  },
  {
    name: 'train',
    summary: 'train a classifier on a dataset; goes on where it was interrupted',
    load: () => import('./commands/train.ts'),
  },
  {
    name: 'evaluate',
    summary: 'measure a model on clean, noisy or shifted texts',
    load: () => import('./commands/evaluate.ts'),
  },
  {
    name: 'model',
    summary: 'list, show, remove, import and export models',
    load: () => import('./commands/model.ts'),
  },
  { name: 'store', summary: 'check the store or back it up', load: () => import('./commands/store.ts') },
  {
    name: 'serve',
    summary: 'the same pages in a browser, for machines without a display',
    load: () => import('./commands/serve.ts'),
  },
]

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
    name: 'calibrate',
    summary: 'draw texts for calibration, and profile models on them',
    load: () => import('./commands/calibrate.ts'),
  },
  {
    name: 'quantize',
    summary: "write a model's quantized file",
    load: () => import('./commands/quantize.ts'),
  },
  {
    name: 'evaluate',
    summary: 'measure a float or quantized model on clean, noisy or shifted texts',
    load: () => import('./commands/evaluate.ts'),
  },
  {
    name: 'compare',
    summary: 'evaluations against evaluations: differences, intervals, tests',
    load: () => import('./commands/compare.ts'),
  },
  {
    name: 'run',
    summary: 'list, show, tag and remove single runs',
    load: () => import('./commands/run.ts'),
  },
  {
    name: 'recipe',
    summary: 'the named ways to quantize',
    load: () => import('./commands/recipe.ts'),
  },
  {
    name: 'model',
    summary: 'list, show, remove, import and export models',
    load: () => import('./commands/model.ts'),
  },
  {
    name: 'quickstart',
    summary: 'the main job, end to end, on texts that come with it',
    load: () => import('./commands/quickstart.ts'),
  },
  {
    name: 'study',
    summary: 'run a grid over all stages from a file, pause it, go on with it',
    load: () => import('./commands/study.ts'),
  },
  {
    name: 'board',
    summary: 'boards over SSH, and this machine as board local',
    load: () => import('./commands/board.ts'),
  },
  {
    name: 'profile',
    summary: 'measure quantized models on boards: latency, memory, energy, accuracy',
    load: () => import('./commands/profile.ts'),
  },
  {
    name: 'export',
    summary: "write a study's tables, charts and report",
    load: () => import('./commands/export.ts'),
  },
  {
    name: 'bundle',
    summary: 'carry a study with its runs in one file',
    load: () => import('./commands/bundle.ts'),
  },
  { name: 'store', summary: 'check the store or back it up', load: () => import('./commands/store.ts') },
  {
    name: 'serve',
    summary: 'the same pages in a browser, for machines without a display',
    load: () => import('./commands/serve.ts'),
  },
]

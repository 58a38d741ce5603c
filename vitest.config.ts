import { defineConfig } from 'vitest/config'
import { LongestFirst } from './build/tasks/longestFirst.ts'

/** Suites without processes, files or sockets of their own share their workers: a worker a file costs more than their tests do. */
const light = ['core', 'docs', 'lint', 'renderer', 'shared', 'tasks', 'cli/unit'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
)

export default defineConfig({
  test: {
    // Of suites that wait for processes, beside others that compute.
    testTimeout: 180_000,
    hookTimeout: 240_000,
    // On two cores: many suites wait for processes, sockets and pages; each may start a TensorFlow process of half a gigabyte.
    maxWorkers: 2,
    allowOnly: false,
    // What is polled for comes when a busy machine gets there.
    expect: { poll: { timeout: 60_000 } },
    reporters: ['default'],
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'light', include: light, pool: 'threads', isolate: false } },
      { extends: true, test: { name: 'real', include: ['test/**/*.test.ts'], exclude: light, pool: 'forks' } },
    ],
  },
})

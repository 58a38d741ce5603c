import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two suites at once start two TensorFlow processes of half a gigabyte each: enough for two cores.
    maxWorkers: 2,
    pool: 'forks',
    allowOnly: false,
    reporters: ['default'],
  },
})

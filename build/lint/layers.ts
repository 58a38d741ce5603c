/**
 * Who may import whom, as data: the rule `bitgauge/layers` reads it. A file belongs to the layer with the longest matching folder.
 * A package that stands in no list is an error, so that each new dependency is a decision made here.
 */
export interface Layer {
  name: string
  folders: readonly string[]
  /** other layers; a layer may always import itself */
  imports: readonly string[]
  /** Node's own modules: all, none, or these */
  builtins: 'all' | readonly string[]
}

export const layers: readonly Layer[] = [
  { name: 'shared', folders: ['src/shared'], imports: [], builtins: [] },
  { name: 'core', folders: ['src/core'], imports: ['shared'], builtins: ['node:crypto'] },
  { name: 'store', folders: ['src/store'], imports: ['shared', 'core'], builtins: 'all' },
  { name: 'remote', folders: ['src/remote'], imports: ['shared', 'core'], builtins: 'all' },
  { name: 'compute', folders: ['src/compute'], imports: ['shared', 'core'], builtins: 'all' },
  { name: 'setup', folders: ['build/setup'], imports: ['shared'], builtins: 'all' },
  { name: 'host', folders: ['src/host'], imports: ['shared', 'core', 'store', 'remote', 'setup'], builtins: 'all' },
  { name: 'main', folders: ['src/main'], imports: ['shared', 'host'], builtins: 'all' },
  { name: 'preload', folders: ['src/preload'], imports: ['shared'], builtins: [] },
  { name: 'renderer', folders: ['src/renderer'], imports: ['shared'], builtins: [] },
  { name: 'server', folders: ['src/server'], imports: ['shared', 'host'], builtins: 'all' },
  { name: 'pages', folders: ['build/pages.ts'], imports: ['shared'], builtins: 'all' },
  { name: 'cli', folders: ['src/cli'], imports: ['shared', 'host', 'server', 'setup', 'pages'], builtins: 'all' },
  {
    name: 'tooling',
    folders: ['build', 'test', '.'],
    imports: [
      'shared',
      'core',
      'store',
      'remote',
      'setup',
      'host',
      'main',
      'preload',
      'renderer',
      'server',
      'cli',
      'pages',
      'compute',
    ],
    builtins: 'all',
  },
]

/** Runtime packages and the layers that may import them; `tooling` may import everything that is listed here or in `toolingPackages`. */
export const packages: Readonly<Record<string, readonly string[]>> = {
  '@codemirror/commands': ['renderer'],
  '@codemirror/lang-yaml': ['renderer'],
  '@codemirror/language': ['renderer'],
  '@codemirror/lint': ['renderer'],
  '@codemirror/state': ['renderer'],
  '@codemirror/view': ['renderer'],
  '@fastify/cookie': ['server'],
  '@fastify/helmet': ['server'],
  '@fastify/rate-limit': ['server'],
  '@fastify/static': ['server'],
  '@fontsource/ibm-plex-mono': ['renderer', 'host'],
  '@fontsource/ibm-plex-sans': ['renderer', 'host'],
  '@lezer/highlight': ['renderer'],
  '@lucide/vue': ['renderer'],
  '@napi-rs/canvas': ['host'],
  '@orpc/client': ['shared', 'host', 'renderer', 'cli', 'main'],
  '@orpc/contract': ['shared', 'renderer', 'host'],
  '@orpc/server': ['host', 'server', 'main', 'compute'],
  '@orpc/standard-server-peer': ['server', 'main'],
  '@stdlib/math-base-special-gammainc': ['core'],
  '@stdlib/stats-base-dists-binomial-cdf': ['core'],
  '@stdlib/stats-base-dists-binomial-pmf': ['core'],
  '@stdlib/stats-base-dists-f-cdf': ['core'],
  '@stdlib/stats-base-dists-normal-cdf': ['core'],
  '@stdlib/stats-base-dists-normal-quantile': ['core'],
  '@stdlib/stats-base-dists-t-cdf': ['core'],
  '@stdlib/stats-base-dists-t-quantile': ['core'],
  '@tanstack/vue-query': ['renderer'],
  '@tanstack/vue-table': ['renderer'],
  '@tanstack/vue-virtual': ['renderer'],
  '@tensorflow/tfjs': ['compute'],
  '@tensorflow/tfjs-node-gpu': ['compute'],
  '@tus/file-store': ['server'],
  '@tus/server': ['server'],
  'better-sqlite3': ['store'],
  canonicalize: ['core'],
  'cli-progress': ['cli'],
  commander: ['cli'],
  'csv-parse': ['host'],
  'csv-stringify': ['core'],
  echarts: ['renderer', 'host'],
  electron: ['main', 'preload'],
  'env-paths': ['host'],
  fastify: ['server'],
  picocolors: ['cli'],
  pinia: ['renderer'],
  pino: ['host', 'server', 'main'],
  'proper-lockfile': ['setup', 'pages'],
  'reka-ui': ['renderer'],
  'tus-js-client': ['renderer'],
  ulid: ['host', 'setup', 'store'],
  vue: ['renderer'],
  'vue-echarts': ['renderer'],
  'vue-router': ['renderer'],
  ws: ['server'],
  // In the window the builder writes into the text that is seen; the host alone judges it.
  yaml: ['core', 'renderer'],
  yauzl: ['setup'],
  zod: ['shared', 'core', 'store', 'remote', 'compute', 'host', 'cli', 'server', 'setup', 'renderer', 'main'],
}

/** Packages that only build scripts and tests import. */
export const toolingPackages: readonly string[] = [
  '@axe-core/playwright',
  '@eslint/js',
  '@vitejs/plugin-vue',
  'ajv',
  'ajv-formats',
  'electron-builder',
  'electron-vite',
  'eslint',
  'eslint-config-prettier',
  'eslint-plugin-import-x',
  'eslint-plugin-vue',
  'playwright-core',
  'prettier',
  'typescript',
  'typescript-eslint',
  'vite',
  'vitest',
  'vue-eslint-parser',
]

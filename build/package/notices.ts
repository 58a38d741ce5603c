import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPackages } from '../docs/licencesPage.ts'

/**
 * The notices of all packages that are handed on, as their own files have them: those of run time, and those that the window's bundle is made
 * of, which npm calls `dev`.
 *
 * @throws Error where a package that is handed on is not installed
 */
export function thirdPartyNotices(root: string): string {
  const parts = readPackages(root)
    .filter(({ shipped, name }) => shipped || bundled.some((one) => name === one || name.startsWith(`${one}/`)))
    .filter(({ name }) => existsSync(join(root, 'node_modules', name)))
    .map(({ name, version, licence }) => {
      const texts = noticeFiles(join(root, 'node_modules', name))
      return [
        `${name} ${version} (${licence})`,
        '',
        ...(texts.length === 0 ? ['No text of its own.'] : texts),
        '',
      ].join('\n')
    })
  return ['What Bitgauge hands on of others, and their notices.', '', ...new Set(parts)].join(`\n${'-'.repeat(72)}\n`)
}

/** What the pages are built from, with all that it brings along. */
const bundled: readonly string[] = [
  'vue',
  '@vue',
  'vue-echarts',
  'vue-router',
  'pinia',
  'reka-ui',
  'zrender',
  'tslib',
  '@lucide/vue',
  '@tanstack',
  '@codemirror',
  '@lezer',
  '@marijn',
  'style-mod',
  'w3c-keyname',
  'crelt',
  'tus-js-client',
  'combine-errors',
  'custom-error-instance',
  '@floating-ui',
  '@internationalized',
  '@vueuse',
  'aria-hidden',
  'defu',
  'ohash',
]

function noticeFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(licen[cs]e|copying|notice)/i.test(entry.name))
    .map(({ name }) => name)
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').trim())
}

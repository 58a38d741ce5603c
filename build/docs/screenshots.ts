/**
 * `npm run docs:screenshots`: a picture of every page in every state, 1280 x 800 and 1920 x 1080, light and dark, into dist/screenshots, and those of
 * the guide into docs/guide/images. `-- --only NAME …` takes some, `-- --home many` those of one home; `-- --guide` takes those of the guide alone;
 * `-- --narrow` takes the small size alone, `-- --size 900x800` others, `-- --scheme light` one theme; `-- --check` lets axe look at each.
 * Ends with 1 where axe finds something, and where a page goes beyond its window.
 */
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { violations } from '../../test/e2e/accessibility.ts'
import { defaultPaths } from '../../src/host/paths.ts'
import { ensureRenderer } from '../pages.ts'
import { root } from '../tasks/run.ts'
import { endBoard } from './screenshots/boardActs.ts'
import { findIds } from './screenshots/findIds.ts'
import { prepareHomes } from './screenshots/homes.ts'
import { prepareMore } from './screenshots/moreHomes.ts'
import { overflows, Screen, settle, type Size } from './screenshots/screen.ts'
import { shots, type Shot } from './screenshots/shots.ts'

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    home: { type: 'string', multiple: true },
    guide: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    narrow: { type: 'boolean', default: false },
    scheme: { type: 'string', multiple: true },
    size: { type: 'string', multiple: true },
  },
})
const usualSizes = ['1280x800', ...(flags.narrow ? [] : ['1920x1080'])]
const sizes = (flags.size ?? usualSizes).map((text) => {
  const [width = 0, height = 0] = text.split('x').map(Number)
  return { width, height }
})
const schemes = (['light', 'dark'] as const).filter((scheme) => flags.scheme?.includes(scheme) ?? true)
const output = join(root, 'dist', 'screenshots')
const images = join(root, 'docs', 'guide', 'images')

await ensureRenderer()
for (const folder of [output, images]) mkdirSync(folder, { recursive: true })
const wanted = shots.filter(
  (shot) =>
    (flags.only?.some((name) => shot.name.startsWith(name)) ?? true) &&
    (flags.home?.includes(shot.home) ?? true) &&
    (!flags.guide || shot.guide === true),
)
const folder = join(defaultPaths().cache, 'screenshots')
const say = (line: string): boolean => process.stderr.write(`${line}\n`)
const usual = await prepareHomes(folder, say)
const homes = {
  ...usual,
  ...(await prepareMore(folder, usual, (name) => wanted.some(({ home }) => home === name), say)),
}
let found = 0
for (const home of Object.keys(homes) as (keyof typeof homes)[]) {
  const here = wanted.filter((shot) => shot.home === home)
  if (here.length === 0) continue
  const ids = await findIds(homes[home])
  const screen = await Screen.open(homes[home])
  try {
    for (const shot of here) {
      await take(screen, shot, shot.at(ids)).catch((thrown: unknown) => {
        found += 1
        process.stdout.write(`${shot.name}: not taken. ${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
      })
    }
  } finally {
    await screen.close()
  }
}
await endBoard()
process.exitCode = found === 0 ? 0 : 1

/** One page, which is turned to every theme and width: what a person did on it stays. */
async function take(screen: Screen, shot: Shot, address: string): Promise<void> {
  const [first = { width: 1280, height: 800 }] = sizes
  const page = await screen.page(address, first, schemes[0] ?? 'light', shot.line)
  const waits = shot.line === undefined
  try {
    if (shot.act !== undefined) await shot.act(page).then(() => settle(page, { waits }))
    for (const size of sizes) {
      await page.setViewportSize(size)
      for (const scheme of schemes) {
        await page.emulateMedia({ colorScheme: scheme })
        await page.locator(`html[data-theme="${scheme}"]`).waitFor()
        await settle(page, { waits, still_ms: 450 })
        await keep(page, shot, scheme, size)
      }
    }
  } finally {
    await page.context().close()
  }
}

async function keep(
  page: Page,
  { name, guide, wide }: Shot,
  scheme: (typeof schemes)[number],
  size: Size,
): Promise<void> {
  const file = join(output, `${name}-${size.width}-${scheme}.png`)
  await page.screenshot({ path: file })
  if (guide === true && size.width === 1280 && scheme === 'light') copyFileSync(file, join(images, `${name}.png`))
  if (wide === true && size.width === 1920 && scheme === 'dark') copyFileSync(file, join(images, `${name}-wide.png`))
  if (flags.check) {
    for (const violation of [...(await violations(page)), ...(await overflows(page, size))]) {
      found += 1
      process.stdout.write(`${name}, ${size.width}, ${scheme}: ${violation}\n`)
    }
  }
  process.stderr.write(`${file}\n`)
}

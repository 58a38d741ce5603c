import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface LockedPackage {
  name: string
  version: string
  licence: string
  /** false where only builds and tests use it */
  shipped: boolean
  direct: boolean
}

/** Licences that ask for no more than their notice. */
export const permissive: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSL-1.0',
  'BSD-3-Clause',
  'CC0-1.0',
  'CC-BY-4.0',
  'ISC',
  'MIT',
  'MIT-0',
  'OFL-1.1',
  'Python-2.0',
  'Unlicense',
  'WTFPL',
  'Zlib',
]

interface LockFile {
  packages: Record<
    string,
    { version?: string; license?: unknown; dev?: boolean; devOptional?: boolean; link?: boolean }
  >
}

/** Every package of the lock file. Renderer libraries are bundled, so they are shipped though npm calls them `dev`. */
export function readPackages(root: string): LockedPackage[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as LockFile
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, Record<string, string>>
  const direct = new Set(
    ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((key) => Object.keys(own[key] ?? {})),
  )
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && entry.link !== true)
    .map(([path, entry]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
      const licence = typeof entry.license === 'string' ? entry.license : installedLicence(join(root, path))
      const top = path === `node_modules/${name}`
      return {
        name,
        version: entry.version ?? '',
        licence,
        shipped: entry.dev !== true,
        direct: top && direct.has(name),
      }
    })
}

/** True where one of the licences that a package offers is permissive: `MIT`, `(MIT OR GPL-3.0)`, `MIT AND ISC`. */
export function isPermissive(licence: string): boolean {
  const plain = licence.replace(/[()]/g, '')
  return plain.split(/ OR /).some((choice) => choice.split(/ AND /).every((part) => permissive.includes(part.trim())))
}

export function licencesPage(packages: readonly LockedPackage[]): string {
  const direct = packages.filter((one) => one.direct).sort((a, b) => (a.name < b.name ? -1 : 1))
  const counts = new Map<string, number>()
  for (const one of packages) counts.set(one.licence, (counts.get(one.licence) ?? 0) + 1)
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  return [
    '# Licences',
    '',
    'Written by `npm run docs:licences` from the lock file. The TensorFlow library (Apache-2.0) is fetched by set-up; its own notices lie beside it.',
    "Board programs are built with zig (MIT, fetched by `npm run runtime:cross`) and hold parts of musl (MIT) and of LLVM's compiler-rt",
    "(Apache-2.0 with LLVM exceptions): musl's notice belongs with them where they are handed on.",
    '',
    '## What the project names itself',
    '',
    '| package | version | licence | use |',
    '| --- | --- | --- | --- |',
    ...direct.map(
      (one) =>
        `| ${one.name} | ${one.version} | ${one.licence} | ${one.shipped ? 'run time' : 'build, bundle or test'} |`,
    ),
    '',
    '## All packages, by licence',
    '',
    '| licence | packages |',
    '| --- | --- |',
    ...sorted.map(([licence, count]) => `| ${licence} | ${count} |`),
    '',
  ].join('\n')
}

/** Packages whose `package.json` names no licence, and what their own pages say; the version is part of what was read. */
const readByHand: Readonly<Record<string, string>> = {
  // Readme.md, section "License": MIT
  'combine-errors@3.0.3': 'MIT',
}

function installedLicence(folder: string): string {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return 'unknown'
  const { name, version, license, licenses } = JSON.parse(readFileSync(file, 'utf8')) as {
    name: string
    version: string
    license?: string | { type?: string }
    /** npm's form of long ago: any of them */
    licenses?: { type?: string }[]
  }
  if (typeof license === 'string') return license
  const offered = licenses?.map(({ type = 'unknown' }) => type).join(' OR ')
  return license?.type ?? offered ?? readByHand[`${name}@${version}`] ?? 'unknown'
}

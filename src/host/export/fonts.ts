import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

// Not `require`: bundles have one of their own at the top.
const packages = createRequire(import.meta.url)

/** Scripts that the packaged fonts have, each in a file of its own. A character of any other script is drawn with the machine's fonts. */
const scripts = ['latin', 'latin-ext', 'vietnamese', 'greek', 'cyrillic', 'cyrillic-ext'] as const
type Script = (typeof scripts)[number]

interface Face {
  family: 'IBM Plex Sans' | 'IBM Plex Mono'
  package: string
  weights: readonly number[]
  scripts: readonly Script[]
}

const faces: readonly Face[] = [
  { family: 'IBM Plex Sans', package: 'ibm-plex-sans', weights: [400, 500, 600], scripts },
  {
    family: 'IBM Plex Mono',
    package: 'ibm-plex-mono',
    weights: [400, 500],
    scripts: scripts.filter((one) => one !== 'greek'),
  },
]

/** Families of pictures that are drawn here: one name a script, because a name stands for one file. */
export const drawnFonts = { sans: familyList('IBM Plex Sans'), mono: familyList('IBM Plex Mono') }

/** Families of files that others draw. */
export const namedFonts = {
  sans: "'IBM Plex Sans', 'Segoe UI', system-ui, sans-serif",
  mono: "'IBM Plex Mono', ui-monospace, 'DejaVu Sans Mono', monospace",
}

function familyList(family: Face['family']): string {
  const face = faces.find((one) => one.family === family)
  return (face?.scripts ?? []).map((script) => `'${nameOf(family, script)}'`).join(', ')
}

function nameOf(family: string, script: Script): string {
  return script === 'latin' ? family : `${family} ${script}`
}

function fileOf(face: Face, script: Script, weight: number): Buffer {
  const name = `@fontsource/${face.package}/files/${face.package}-${script}-${weight}-normal.woff2`
  return readFileSync(packages.resolve(name))
}

/** Gives every face to a registry of fonts, under the names of {@link drawnFonts}. */
export function registerFaces(register: (bytes: Buffer, family: string) => unknown): void {
  for (const face of faces) {
    for (const script of face.scripts) {
      for (const weight of face.weights) register(fileOf(face, script, weight), nameOf(face.family, script))
    }
  }
}

/** `@font-face` rules that hold the Latin faces themselves, for a page that may ask for nothing. */
export function embeddedFaces(): string {
  return faces
    .flatMap((face) =>
      face.weights.map((weight) => {
        const data = fileOf(face, 'latin', weight).toString('base64')
        return `@font-face{font-family:'${face.family}';font-weight:${weight};src:url(data:font/woff2;base64,${data}) format('woff2')}`
      }),
    )
    .join('\n')
}

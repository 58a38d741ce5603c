import { InvalidArgumentError, Option, type Command } from 'commander'
import { compositionSchema, labelHandlingSchema, type Composition } from '../../../shared/contract/calibrationRules.ts'
import { drawOptionsSchema, profileOptionsSchema } from '../../../shared/contract/quantizationInput.ts'
import { bitsInputSchema, type BitsInput } from '../../../shared/contract/quantizationRules.ts'
import { AppError } from '../../../shared/errors.ts'
import { readJsonFile } from '../../readJsonFile.ts'
import { numberBy } from '../dataset/options.ts'

export interface DrawFlags {
  composition?: Composition
  size?: number
  calibrationSeed?: number
  draw?: number
}

export interface ProfileFlags {
  labels?: string
  bins?: number
  headOutput?: true
}

export interface QuantizationFlags extends DrawFlags, ProfileFlags {
  recipe?: string
  recipeFile?: string
  bits?: BitsInput
  calibration?: string
  calibrateOn?: string
}

const { size, seed, draw } = drawOptionsSchema.shape
const recipeHint = 'bitgauge recipe show ours --json prints settings to begin with.'

/** Options of a draw of texts for calibration. */
export function drawFlags(command: Command): Command {
  return command
    .option(
      '--composition <how>',
      'balanced, natural, unlabelled, leave-out:CLASS, or CLASS=PARTS with commas between (default: balanced)',
      parseComposition,
    )
    .option('--size <texts>', 'of the calibration set (default: 512)', numberBy(size))
    .option('--calibration-seed <number>', 'of the draws (default: 1)', numberBy(seed))
    .option('--draw <number>', 'which of the independent draws of that seed, from 0 (default: 0)', numberBy(draw))
}

/** Options of what is counted on a calibration set. */
export function profileFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--labels <how>', 'under which labels a generative model reads them (default: true)').choices(
        labelHandlingSchema.options,
      ),
    )
    .option('--bins <number>', 'of each histogram (default: 8192)', numberBy(profileOptionsSchema.shape.bins))
    .option('--head-output', 'profile the logits too, for recipes that quantize them')
}

/** Options that say how a model is quantized. */
export function quantizationFlags(command: Command): Command {
  command
    .option('--recipe <name>', 'bitgauge recipe list shows them (default: ours)')
    .option('--recipe-file <file>', 'a JSON file with settings over those of its "preset"')
    .option('--bits <widths>', '2 to 8, 16 or float for all; or weights=4,cell=8 with the rest at 8', parseBits)
    .option('--calibration <set>', 'a stored calibration set, by id or fingerprint')
    .option('--calibrate-on <dataset>', 'draw the set from this dataset (default: the one it was trained on)')
  return profileFlags(drawFlags(command))
}

/** Whether any of the flags asks for a quantization. */
export function asksForQuantization({ recipe, recipeFile, bits }: QuantizationFlags): boolean {
  return recipe !== undefined || recipeFile !== undefined || bits !== undefined
}

/** The call's input that the flags stand for, not parsed yet. Errors: `usage-invalid`, `not-found`, `too-large`, `input-invalid`. */
export async function quantizationOf(flags: QuantizationFlags): Promise<object> {
  const { recipe, recipeFile, bits, calibration, calibrateOn } = flags
  if (bits === undefined) {
    throw new AppError('usage-invalid', 'A quantization needs --bits.', {
      expected: '--bits 8, or --bits weights=4,cell=8',
    })
  }
  if (recipe !== undefined && recipeFile !== undefined) {
    throw new AppError('usage-invalid', '--recipe and --recipe-file exclude one another.', {
      hint: 'A recipe file names the recipe that it begins with as its "preset".',
    })
  }
  const drawn = drawOf(flags)
  const given = Object.entries({ ...drawn, 'calibrate-on': calibrateOn }).find(([, value]) => value !== undefined)
  if (calibration !== undefined && given !== undefined) {
    throw new AppError('usage-invalid', `--calibration names a stored set; --${given[0]} is of a new draw.`)
  }
  return {
    recipe: recipeFile === undefined ? recipe : await readJsonFile(recipeFile, 'The recipe file', recipeHint),
    bits,
    calibration: { set: calibration ?? { ...drawn, dataset: calibrateOn }, ...profileOf(flags) },
  }
}

export function drawOf({ composition, size, calibrationSeed, draw }: DrawFlags) {
  return { composition, size, seed: calibrationSeed, draw }
}

export function profileOf({ labels, bins, headOutput }: ProfileFlags) {
  return { labels, bins, headOutput }
}

export function parseComposition(text: string): Composition {
  const parsed = compositionSchema.safeParse(compositionOf(text))
  if (parsed.success) return parsed.data
  throw new InvalidArgumentError(
    'Expected balanced, natural, unlabelled, leave-out:CLASS, or CLASS=PARTS with commas between, such as World=3,Sports=1; the same as JSON where a name has a comma or =.',
  )
}

function compositionOf(text: string): unknown {
  const json = jsonOf(text)
  if (json !== undefined) return json
  if (text.startsWith('leave-out:')) return { leaveOut: text.slice('leave-out:'.length) }
  if (!text.includes('=')) return text
  // The last `=` of a part: a class may have one in its name.
  const parts = text.split(',').map((part) => {
    const cut = part.lastIndexOf('=')
    const share = part.slice(cut + 1).trim()
    return [part.slice(0, cut).trim(), share === '' || cut < 1 ? Number.NaN : Number(share)] as const
  })
  const names = new Set(parts.map(([name]) => name))
  return names.size === parts.length ? Object.fromEntries(parts) : undefined
}

/** An object as JSON, for classes whose names would be read as something else. */
function jsonOf(text: string): unknown {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

export function parseBits(text: string): BitsInput {
  const value = text.includes('=') ? groupsOf(text) : widthOf(text)
  const parsed = bitsInputSchema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new InvalidArgumentError(
    'Expected 2 to 8, 16 or float; or some of weights, input, hidden, gates, sigmoid, tanh, cell, head as weights=4,cell=8.',
  )
}

function groupsOf(text: string): unknown {
  const parts = text.split(',').map((part) => part.split('='))
  if (parts.some((part) => part.length !== 2)) return undefined
  return Object.fromEntries(parts.map(([group = '', width = '']) => [group.trim(), widthOf(width)]))
}

function widthOf(text: string): number | string {
  return /^\s*\d+\s*$/.test(text) ? Number(text) : text.trim()
}

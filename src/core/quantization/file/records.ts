import type { ModelSpec } from '../../../shared/contract/modelRules.ts'
import {
  sites,
  weightNames,
  type Recipe,
  type Site,
  type WeightName,
} from '../../../shared/contract/quantizationRules.ts'
import { widthSchema, type Width } from '../../../shared/units.ts'
import { gridOf } from '../grid.ts'
import type { IntegerWidth, QuantizedModel, QuantizedPart, SiteGrid } from '../quantizedModel.ts'

/** The two fixed records of a file, byte by byte as in `docs/format/quantized-model.md`. */

export const structureBytes = 64
const widthsAt = 32
const partHeaderBytes = 32
const gridBytes = 32
export const partBytes = partHeaderBytes + sites.length * gridBytes

type Widths = Readonly<Record<Site | WeightName, Width>>
const named = [...sites, ...weightNames]

/** What an engine has to know before it reads a part: family, rules and sizes, and the widths of sites and weights. */
export function structureRecord({
  spec,
  recipe,
  widths,
  parts,
}: Pick<QuantizedModel, 'spec' | 'recipe' | 'widths'> & { parts: number }): Uint8Array {
  const bytes = new Uint8Array(structureBytes)
  bytes.set([...familyBytes(spec), ...ruleBytes(recipe)])
  const view = new DataView(bytes.buffer)
  const { words, embedding, hidden, classes } = spec
  ;[words, embedding, hidden, classes, parts].forEach((size, k) => view.setUint32(12 + 4 * k, size, true))
  bytes.set(
    named.map((name) => byteOfWidth(widths[name])),
    widthsAt,
  )
  return bytes
}

function familyBytes(spec: ModelSpec): number[] {
  if (spec.family === 'discriminative') return [0, Number(spec.pooling === 'last'), 0, 0]
  return [1, 0, Number(spec.head === 'independent'), Number(spec.predictEnd)]
}

function ruleBytes({ rounding, zeroPoint, cellRounds }: Recipe): number[] {
  return [Number(rounding === 'divide'), Number(zeroPoint === 'before'), cellRounds]
}

/** The widths of a structure; null where one is none. The other fields follow from the description and are compared with it. */
export function readWidths(bytes: Uint8Array): Widths | null {
  const widths = named.map((name, k) => [name, bytes[widthsAt + k] === 0 ? 'float' : bytes[widthsAt + k]] as const)
  if (!widths.every(([, width]) => widthSchema.safeParse(width).success)) return null
  return Object.fromEntries(widths) as Widths
}

function byteOfWidth(width: Width): number {
  return width === 'float' ? 0 : width
}

export interface PartFlags {
  /** whether the embedding's integers are the input's */
  sharedEmbedding: boolean
  integerBias: boolean
}

/** The grids of a part's sites, and which of its forms it has. */
export function partRecord(flags: PartFlags, grids: QuantizedPart['sites']): Uint8Array {
  const bytes = new Uint8Array(partBytes)
  bytes.set([Number(flags.sharedEmbedding), Number(flags.integerBias)])
  sites.forEach((site, k) =>
    writeGrid(new DataView(bytes.buffer, partHeaderBytes + k * gridBytes, gridBytes), grids[site]),
  )
  return bytes
}

/** @returns null where the bytes are not what {@link partRecord} writes of what they say */
export function readPart(bytes: Uint8Array): { flags: PartFlags; grids: QuantizedPart['sites'] } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const flags = { sharedEmbedding: bytes[0] === 1, integerBias: bytes[1] === 1 }
  const grids = Object.fromEntries(
    sites.map((site, k) => [site, readGrid(view, partHeaderBytes + k * gridBytes)]),
  ) as QuantizedPart['sites']
  const again = partRecord(flags, grids)
  return again.every((byte, k) => byte === bytes[k]) ? { flags, grids } : null
}

const kinds = ['float', 'static', 'dynamic'] as const

function writeGrid(view: DataView, grid: SiteGrid): void {
  view.setUint8(0, kinds.indexOf(grid.kind))
  if (grid.kind === 'float') return
  view.setUint8(1, grid.width)
  view.setInt32(4, grid.low, true)
  view.setInt32(8, grid.high, true)
  if (grid.kind === 'dynamic') {
    view.setUint8(2, Number(grid.scheme === 'affine'))
    view.setUint8(3, Number(grid.powerOfTwo))
    view.setInt32(24, grid.divisor, true)
    return
  }
  view.setInt32(12, grid.zero, true)
  view.setFloat32(16, grid.scale, true)
  view.setFloat32(20, grid.reciprocal, true)
}

function readGrid(view: DataView, at: number): SiteGrid {
  const kind = kinds[view.getUint8(at)] ?? 'float'
  if (kind === 'float') return { kind }
  const width = view.getUint8(at + 1) as IntegerWidth
  const low = view.getInt32(at + 4, true)
  const high = view.getInt32(at + 8, true)
  if (kind === 'static')
    return gridOf({ width, low, high }, view.getFloat32(at + 16, true), view.getInt32(at + 12, true))
  const scheme = view.getUint8(at + 2) === 1 ? 'affine' : 'symmetric'
  return {
    kind,
    width,
    scheme,
    low,
    high,
    divisor: view.getInt32(at + 24, true),
    powerOfTwo: view.getUint8(at + 3) === 1,
  }
}

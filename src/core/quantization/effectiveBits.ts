import {
  sites,
  weightNames,
  widthsOf,
  type Recipe,
  type Site,
  type WeightName,
} from '../../shared/contract/quantizationRules.ts'
import { bitsLabel, type Bits, type Width } from '../../shared/units.ts'

type Group = Exclude<keyof Bits, 'label'>

const members: Readonly<Record<Group, readonly (Site | WeightName)[]>> = {
  weights: ['lstm-x', 'lstm-h', 'head'],
  input: ['input'],
  hidden: ['hidden'],
  gates: ['gate-i', 'gate-f', 'gate-g', 'gate-o'],
  sigmoid: ['sigmoid-i', 'sigmoid-f', 'sigmoid-o'],
  tanh: ['tanh-g', 'tanh-c'],
  cell: ['cell'],
  head: ['head-input'],
}

/**
 * The widths that a model really has, a group having that of most of its members, with a label that names every site and array which differs from
 * its group (`W8 A8 C8 gate-f4`): a recipe may fix widths that the given bits do not know of, and a label must not hide them.
 */
export function effectiveBits(recipe: Recipe, bits: Bits): Bits {
  const widths = widthsOf(recipe, bits)
  const groups = Object.keys(members) as Group[]
  const usual = Object.fromEntries(groups.map((group) => [group, mostOf(members[group].map((name) => widths[name]))]))
  const own = { ...bits, ...usual } as Bits
  const exceptions = [...sites, ...weightNames].filter((name) => widths[name] !== expected(name, own))
  // The array `head` is named apart from the group `head`, which is the head's input.
  const named = exceptions.map((name) => `${name === 'head' ? 'head-weights' : name}${widths[name]}`)
  const label = [bitsLabel(own), ...named].join(' ')
  return { ...own, label }
}

function expected(name: Site | WeightName, bits: Bits): Width {
  if (name === 'embedding') return bits.input
  if (name === 'label' || name === 'head-output') return 'float'
  const group = (Object.keys(members) as Group[]).find((one) => members[one].includes(name))
  return bits[group!]
}

/** The width that occurs most often; of equal ones the first. */
function mostOf(widths: readonly Width[]): Width {
  const times = (width: Width): number => widths.filter((other) => other === width).length
  return widths.reduce((best, width) => (times(width) > times(best) ? width : best))
}

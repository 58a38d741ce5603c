/** A label of widths by its parts: `W8 input8 … head8 C16 gate-f4` has three. */
interface Parts {
  weights: string
  /** `A8`, or every site by its name */
  sites: string[]
  cell: string
  /** single sites and arrays whose width is not that of their group */
  exceptions: string[]
}

/** The parts of a label as it is made; null: of another. */
function partsOf(label: string): Parts | null {
  const [weights = '', ...rest] = label.split(' ')
  const at = rest.findIndex((part) => /^C(\d+|float)$/.test(part))
  if (!/^W(\d+|float)$/.test(weights) || at < 1) return null
  return { weights, sites: rest.slice(0, at), cell: rest[at]!, exceptions: rest.slice(at + 1) }
}

/**
 * A width's label where there is little room: of sites that differ, their widths alone, and of several exceptions, how many there are.
 * `W8 input8 hidden8 gates16 sigmoid16 tanh16 head8 C16` is `W8 A8/16 C16`, `W8 A8 C8 gate-f4 gate-g4` is `W8 A8 C8 +2`; `W4 A8 C8` and `float` are
 * themselves.
 */
export function shortBits(label: string): string {
  const parts = partsOf(label)
  if (parts === null) return label
  const { weights, sites, cell, exceptions } = parts
  const widths = new Set(sites.map((site) => site.replace(/^(input|hidden|gates|sigmoid|tanh|head)/, '')))
  const activations = sites.length === 1 ? sites[0] : `A${[...widths].join('/')}`
  const rest = exceptions.length > 1 ? [`+${exceptions.length}`] : exceptions
  return [weights, activations, cell, ...rest].join(' ')
}

/**
 * {@link shortBits} of each, told apart: those that would look alike, or are longer than asked, show what they alone have among those of their
 * weights (`W8 …gates16`), and where that is not enough, a number (`W8 mix 2`).
 *
 * @param most characters of a label
 */
export function shortLabels(labels: readonly string[], most = Number.POSITIVE_INFINITY): string[] {
  const short = labels.map(shortBits)
  const isPlain = (at: number): boolean =>
    short.filter((one) => one === short[at]).length === 1 && (short[at] ?? '').length <= most
  const long = labels.filter((_, at) => !isPlain(at))
  const apart = long.map((label) => ownOf(label, long))
  const isApart = (text: string | null): text is string =>
    text !== null && text.length <= most && apart.filter((one) => one === text).length === 1
  const numbers = mixNumbers(long.filter((_, at) => !isApart(apart[at] ?? null)))
  return labels.map((label, at) => {
    if (isPlain(at)) return short[at] ?? label
    const own = apart[long.indexOf(label)] ?? null
    return isApart(own) ? own : (numbers.get(label) ?? label)
  })
}

/** Of each label a number among those of its weights: `W8 mix 2`; labels that are not of widths are left out. */
export function mixNumbers(labels: readonly string[]): Map<string, string> {
  const counts = new Map<string, number>()
  return new Map(
    labels.flatMap((label) => {
      const weights = partsOf(label)?.weights
      if (weights === undefined) return []
      const number = (counts.get(weights) ?? 0) + 1
      counts.set(weights, number)
      return [[label, `${weights} mix ${number}`] as const]
    }),
  )
}

/** What a label has that not all of the others with its weights have; of one that is alone, its exceptions. */
function ownOf(label: string, among: readonly string[]): string | null {
  const parts = partsOf(label)
  if (parts === null) return null
  const kin = among.filter((one) => one !== label && one.startsWith(`${parts.weights} `)).map((one) => one.split(' '))
  const words = [...parts.sites, parts.cell, ...parts.exceptions]
  const own = kin.length === 0 ? parts.exceptions : words.filter((word) => kin.some((other) => !other.includes(word)))
  return own.length === 0 ? null : `${parts.weights} …${own.join(' ')}`
}

/**
 * A width's label where there is little room: of sites that differ, their widths alone. `W8 input8 hidden8 gates16 sigmoid16 tanh16 head8 C16` is
 * `W8 A8/16 C16`; `W4 A8 C8` and `float` are themselves.
 */
export function shortBits(label: string): string {
  const parts = label.split(' ')
  const [weights, ...sites] = parts.slice(0, -1)
  if (sites.length < 2) return label
  const widths = new Set(sites.map((site) => site.replace(/^(input|hidden|gates|sigmoid|tanh|head)/, '')))
  return `${weights} A${[...widths].join('/')} ${parts.at(-1)}`
}

/** {@link shortBits} of each; labels that would look alike stay as they are. */
export function shortLabels(labels: readonly string[]): string[] {
  const short = labels.map(shortBits)
  return short.map((label, at) => (short.filter((one) => one === label).length === 1 ? label : (labels[at] ?? label)))
}

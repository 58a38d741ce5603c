/** The lines of a board's answer by their names. */
export interface BoardAnswer {
  /** of the first line of that name, where it is not empty */
  one(name: string): string | undefined
  all(name: string): string[]
  has(name: string): boolean
  /** names that match, with the pattern's first two parts */
  names(pattern: RegExp): [string, string, string][]
  /** of the first line of that name in `/proc/cpuinfo` */
  ofCpuinfo(name: string): string | undefined
  /** all lines of `/proc/cpuinfo`, `[name, value]` */
  cpuinfo(): [string, string][]
}

export function boardAnswer(text: string): BoardAnswer {
  const lines = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const at = line.indexOf(' ')
    const [name, value] = at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1).trim()]
    const before = lines.get(name)
    if (before === undefined) lines.set(name, [value])
    else before.push(value)
  }
  const all = (name: string) => lines.get(name) ?? []
  const cpuinfo = all('cpuinfo').flatMap((line): [string, string][] => {
    const at = line.indexOf(':')
    return at < 0 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]]
  })
  return {
    one: (name) => all(name).find((value) => value !== ''),
    all: (name) => all(name).filter((value) => value !== ''),
    has: (name) => lines.has(name),
    names: (pattern) => matching(lines, pattern),
    ofCpuinfo: (name) => cpuinfo.find(([key, value]) => key === name && value !== '')?.[1],
    cpuinfo: () => cpuinfo,
  }
}

function matching(lines: ReadonlyMap<string, string[]>, pattern: RegExp): [string, string, string][] {
  return [...lines.keys()].flatMap((name) => {
    const found = pattern.exec(name)
    return found === null ? [] : [[found[0], found[1] ?? '', found[2] ?? '']]
  })
}

/** What a board says is shown to people: without control characters, and not longer than it may be. */
export function cut(text: string, length: number): string {
  return text
    .replaceAll(/\p{C}+/gu, ' ')
    .trim()
    .slice(0, length)
}

/** A number that is finite and not negative in anything but a temperature; null for all else. */
export function numberOf(text: string | undefined): number | null {
  if (text === undefined || !/^-?\d+(\.\d+)?$/.test(text)) return null
  const value = Number(text)
  return Number.isSafeInteger(Math.trunc(value)) ? value : null
}

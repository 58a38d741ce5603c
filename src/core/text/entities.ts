/** Code points by name: the entities that news and web text holds. Part of the rules' version 1: a name added later is version 2. */
const named: Readonly<Record<string, number>> = {
  quot: 0x22, amp: 0x26, apos: 0x27, lt: 0x3c, gt: 0x3e, nbsp: 0xa0, iexcl: 0xa1, cent: 0xa2, pound: 0xa3, yen: 0xa5, sect: 0xa7,
  copy: 0xa9, laquo: 0xab, reg: 0xae, deg: 0xb0, plusmn: 0xb1, micro: 0xb5, para: 0xb6, middot: 0xb7, raquo: 0xbb, frac14: 0xbc,
  frac12: 0xbd, frac34: 0xbe, iquest: 0xbf, times: 0xd7, divide: 0xf7, agrave: 0xe0, aacute: 0xe1, acirc: 0xe2, atilde: 0xe3,
  auml: 0xe4, aring: 0xe5, aelig: 0xe6, ccedil: 0xe7, egrave: 0xe8, eacute: 0xe9, ecirc: 0xea, euml: 0xeb, iacute: 0xed, icirc: 0xee,
  iuml: 0xef, ntilde: 0xf1, oacute: 0xf3, ocirc: 0xf4, otilde: 0xf5, ouml: 0xf6, oslash: 0xf8, uacute: 0xfa, ucirc: 0xfb, uuml: 0xfc,
  szlig: 0xdf, Auml: 0xc4, Ouml: 0xd6, Uuml: 0xdc, Eacute: 0xc9, ndash: 0x2013, mdash: 0x2014, lsquo: 0x2018, rsquo: 0x2019,
  sbquo: 0x201a, ldquo: 0x201c, rdquo: 0x201d, bdquo: 0x201e, bull: 0x2022, hellip: 0x2026, euro: 0x20ac, trade: 0x2122,
} // prettier-ignore

const whole = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,7}));/g

/** A name counts as bare only after something that is no letter and no digit: `result;` does not end in an entity. */
const bare = /(?:#(\d{2,5})|(?<![A-Za-z0-9])(quot|amp|apos|lt|gt|nbsp));/g

/**
 * Puts characters in the place of entities. What looks like an entity and is none stays as it is. `&amp;lt;` and its like, escaped
 * twice, are repaired too; three times is not.
 */
export function repairEntities(text: string, mode: 'whole' | 'bare'): string {
  const once = repairWhole(repairWhole(text))
  return mode === 'bare' && once.includes(';') ? once.replace(bare, replacement) : once
}

function repairWhole(text: string): string {
  return text.includes('&') ? text.replace(whole, replacement) : text
}

function replacement(match: string, ...groups: unknown[]): string {
  const [first, second, third] = groups
  if (match.startsWith('&')) {
    if (typeof first === 'string') return character(Number.parseInt(first, 10), match)
    if (typeof second === 'string') return character(Number.parseInt(second, 16), match)
    return character(nameToCode(third as string), match)
  }
  if (typeof first === 'string') return character(Number.parseInt(first, 10), match)
  return character(nameToCode(second as string), match)
}

function nameToCode(name: string): number {
  return Object.hasOwn(named, name) ? (named[name] as number) : -1
}

/** Surrogates and what lies past the last code point are no characters; NUL and its like would only come back as blanks. */
function character(code: number, otherwise: string): string {
  if (code < 0x20 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return otherwise
  return String.fromCodePoint(code)
}

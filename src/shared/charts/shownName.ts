/** Names are shown in full up to so many characters; what is longer is cut at its end. */
export const longestShown = 30
/** A question is called by a few words, and alone in the title that it stands in. */
export const longestQuestion = 60

/** Marks that turn the direction of what follows, and characters of no width that hide in a name. */
const unseen = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/

/**
 * A text from outside as one line that shows what it holds: white space is one blank, other control characters are written out (`\x1b`),
 * marks of direction are taken away, half surrogates become U+FFFD. It is not escaped for any format.
 */
export function plainText(text: string): string {
  // Nearly every text: words of ASCII with one blank between.
  if (/^[!-~]+(?: [!-~]+)*$/.test(text)) return text
  return text
    .toWellFormed()
    .replace(unseen, '')
    .replace(/[\s\u0085]+/g, ' ')
    .replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .trim()
}

/** {@link plainText}, cut to `limit` characters, the last of them an ellipsis. */
export function cutText(text: string, limit: number = longestShown): string {
  const characters = Array.from(plainText(text))
  return characters.length <= limit ? characters.join('') : `${characters.slice(0, limit - 1).join('')}…`
}

/** For a chart: {@link cutText}, held apart from its surroundings where it runs from right to left. */
export function shownName(text: string, limit: number = longestShown): string {
  const cut = cutText(text, limit)
  return rightToLeft.test(cut) ? `\u2068${cut}\u2069` : cut
}

/** {@link shownName} of each; two that would look alike get a number. */
export function shownNames(names: readonly string[], limit: number = longestShown): Map<string, string> {
  const shown = new Map<string, string>()
  const taken = new Set<string>()
  for (const name of names) {
    let candidate = shownName(name, limit)
    for (let number = 2; taken.has(candidate); number += 1) {
      const tail = ` (${number})`
      candidate = `${shownName(name, limit - tail.length)}${tail}`
    }
    taken.add(candidate)
    shown.set(name, candidate)
  }
  return shown
}

/** What the figures of the first studies do not say by themselves; paragraphs of their page. */
export const firstNotes = {
  start: [],
  eightBits: [],
  bits: [],
  noise: [],
  r8: [],
  published: [],
} as const satisfies Record<string, readonly string[]>

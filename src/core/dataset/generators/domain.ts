/**
 * What a generator writes about: eight things, one a class, and sentences in which one of them is the answer and another one is only
 * mentioned. Slots in a sentence: `{answer}`, `{other}`, and names of `fillers`.
 */
export interface Domain {
  /** raised when a change here changes the bytes that some options give */
  version: number
  /** names of the classes; a generator with fewer classes takes the first ones */
  classes: readonly string[]
  /** words for each class, as many for each */
  nouns: readonly (readonly string[])[]
  /** sentences that name the answer alone: a bag of words tells their class */
  plain: readonly string[]
  /** sentences in which word order alone says which of two things is the answer */
  direct: readonly string[]
  /** the same by the order of two events, told in either order */
  sequence: readonly string[]
  /** what follows a sentence to turn its two things round */
  reversal: readonly string[]
  /** what follows a sentence to leave it as it is; as many as there are reversals */
  confirmation: readonly string[]
  /** what may stand before and after, whatever the class */
  openings: readonly string[]
  closings: readonly string[]
  fillers: Readonly<Record<string, readonly string[]>>
}

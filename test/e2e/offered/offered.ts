/** What is seen of a board that tells of itself. */
export interface Offered {
  /** of its SSH server */
  port: number
  /** on the command line */
  listed: { name: string; host: string; port: number; known: string | null }[]
  /** what a click on the offer puts into the form of the page */
  taken: { host: string; port: string; name: string }
  /** the offer says that the home has it, once it was added */
  isKnown: boolean
  /** of axe */
  complaints: string[]
}

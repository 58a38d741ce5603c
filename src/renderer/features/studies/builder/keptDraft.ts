const key = 'bitgauge:study-draft'

/** A study that was begun and not started, kept in this browser: a reload or a closed window loses nothing. */
export const keptDraft = {
  read(): string | null {
    return localStorage.getItem(key)
  },
  keep(text: string): void {
    localStorage.setItem(key, text)
  },
  forget(): void {
    localStorage.removeItem(key)
  },
}

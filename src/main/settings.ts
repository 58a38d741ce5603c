import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Logger } from 'pino'
import { z } from 'zod'

const largestList = 8

const placeSchema = z.strictObject({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1),
  height: z.int().min(1),
  maximized: z.boolean(),
})
/** Where a window stood, in pixels of the screen that do not count its scale. */
export type Place = z.infer<typeof placeSchema>

const settingsSchema = z.strictObject({
  version: z.literal(1),
  /** folders that were opened, the newest first, all absolute */
  homes: z.array(z.string().min(1)).max(largestList),
  window: placeSchema.nullable(),
})
export type DesktopSettings = z.infer<typeof settingsSchema>

const nothing: DesktopSettings = { version: 1, homes: [], window: null }

/** What the desktop application remembers from one start to the next, in a file that can be deleted at any time. */
export class SettingsFile {
  readonly #file: string
  readonly #log: Logger
  #settings: DesktopSettings

  constructor(file: string, log: Logger) {
    this.#file = file
    this.#log = log
    this.#settings = this.#read()
  }

  get current(): DesktopSettings {
    return this.#settings
  }

  /** Written at once and whole; where it cannot be written, the program goes on and forgets. */
  change(patch: Partial<Omit<DesktopSettings, 'version'>>): void {
    this.#settings = { ...this.#settings, ...patch }
    const beside = join(dirname(this.#file), `.desktop.${process.pid}.json`)
    try {
      mkdirSync(dirname(this.#file), { recursive: true })
      writeFileSync(beside, `${JSON.stringify(this.#settings, null, 2)}\n`, { mode: 0o600 })
      renameSync(beside, this.#file)
    } catch (error) {
      this.#log.warn({ err: error }, 'the settings of the window could not be kept')
    }
  }

  #read(): DesktopSettings {
    try {
      return settingsSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#log.warn({ err: error }, 'the settings of the window cannot be read; it starts without them')
      return nothing
    }
  }
}

/** The list with a home at its head, once. */
export function withHome(homes: readonly string[], home: string): string[] {
  return [home, ...homes.filter((one) => one !== home)].slice(0, largestList)
}

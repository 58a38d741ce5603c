import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { storePartSchema, type HostEvent, type StorePart } from '../../shared/contract/jobs.ts'
import type { Store } from '../../store/index.ts'
import type { EventLog } from './eventLog.ts'

export interface ChangesOptions {
  home: string
  store: Pick<Store, 'partChanges'>
  events: EventLog<HostEvent>
  log: Logger
  /** how often the home is looked at */
  interval_ms?: number
  /** the least time between two events about one part: a study under way changes its runs many times a second */
  pause_ms?: number
}

export interface ChangesWatch {
  /** Looks soon, after something was done that may have changed the home. */
  soon(): void
  stop(): void
}

/** Folders of the home whose entries come and go whole, and the part that they hold. */
const folders: Readonly<Partial<Record<StorePart, string>>> = {
  dataset: 'datasets',
  model: 'models',
  calibration: 'profiles',
  quantization: 'quantized',
  exports: 'exports',
}
const soon_ms = 20

/**
 * Tells which parts of the home have changed, whoever changed them: by the store's own counts, which triggers keep, and by the moments of
 * its folders. A look is a few microseconds; a part that keeps changing is told at most once a pause, and its last change is never lost.
 */
export function watchChanges(options: ChangesOptions): ChangesWatch {
  const watch = new Watch(options)
  const timer = setInterval(() => watch.look(), options.interval_ms ?? 500)
  timer.unref()
  let soon: NodeJS.Timeout | null = null
  return {
    soon: () => {
      soon ??= setTimeout(() => {
        soon = null
        watch.look()
      }, soon_ms).unref()
    },
    stop: () => {
      clearInterval(timer)
      if (soon !== null) clearTimeout(soon)
    },
  }
}

type Marks = ReadonlyMap<StorePart, string>

class Watch {
  readonly #options: ChangesOptions
  readonly #toldAt_ms = new Map<StorePart, number>()
  #told: Marks

  constructor(options: ChangesOptions) {
    this.#options = options
    this.#told = marksOf(options)
  }

  look(): void {
    try {
      this.#compare(marksOf(this.#options), performance.now())
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the home could not be looked at')
    }
  }

  #compare(marks: Marks, now_ms: number): void {
    const pause_ms = this.#options.pause_ms ?? 2000
    const due = [...marks]
      .filter(([part, mark]) => mark !== this.#told.get(part))
      .map(([part]) => part)
      .filter((part) => now_ms - (this.#toldAt_ms.get(part) ?? Number.NEGATIVE_INFINITY) >= pause_ms)
    if (due.length === 0) return
    this.#told = new Map([...this.#told, ...due.map((part): [StorePart, string] => [part, marks.get(part) ?? ''])])
    for (const part of due) this.#toldAt_ms.set(part, now_ms)
    this.#options.events.publish({ type: 'changed', parts: due })
  }
}

function marksOf({ home, store }: Pick<ChangesOptions, 'home' | 'store'>): Marks {
  const counts = store.partChanges()
  return new Map(
    storePartSchema.options.map(
      (part) => [part, `${counts.get(part) ?? ''} ${folderMark(home, folders[part])}`] as const,
    ),
  )
}

/** A folder's moment changes when an entry is put into it or taken out of it. */
function folderMark(home: string, folder: string | undefined): string {
  if (folder === undefined) return ''
  const found = statSync(join(home, folder), { bigint: true, throwIfNoEntry: false })
  return found === undefined ? 'none' : String(found.mtimeNs)
}

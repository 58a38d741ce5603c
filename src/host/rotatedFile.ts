import { fstatSync, renameSync, statSync } from 'node:fs'
import { destination } from 'pino'

const largest_bytes = 5_000_000
/** Written here between two looks at the file: what several programs write together passes the limit by so much each at most. */
const betweenLooks_bytes = 100_000

/**
 * A file that is set aside as `<file>.1` once it has grown past 5 MB, by whichever of the programs that write to it sees that first; the others go on in
 * the new one. Whole after every line. Pino's transports rotate files too, on a thread: what was told right before a program ends would be lost there.
 */
export class RotatedFile {
  readonly #file: string
  readonly #stream: ReturnType<typeof destination>
  #sinceLook_bytes = 0

  /** Throws where the file cannot be written. */
  constructor(file: string) {
    this.#file = file
    if (this.#size() > largest_bytes) renameSync(file, `${file}.1`)
    // Synchronous, because the command line ends right after its last line.
    this.#stream = destination({ dest: file, sync: true, append: true, mode: 0o600 })
    this.#stream.on('error', () => {})
    this.#stream.on('write', (bytes: number) => (this.#sinceLook_bytes += bytes))
  }

  write(line: string): void {
    this.#stream.write(line)
    if (this.#sinceLook_bytes < betweenLooks_bytes) return
    this.#sinceLook_bytes = 0
    try {
      this.#look()
    } catch {
      // What cannot be set aside now goes on growing, and is tried again. A new file that could not be opened leaves a listener that would close the
      // descriptor of now a second time, when another file may have its number.
      this.#stream.removeAllListeners('ready')
    }
  }

  #look(): void {
    const ours = this.#isOurs()
    if (ours && this.#size() <= largest_bytes) return
    if (ours) renameSync(this.#file, `${this.#file}.1`)
    this.#stream.reopen()
  }

  /** False where another program has set the file aside, or somebody took it away. */
  #isOurs(): boolean {
    const { ino, dev } = fstatSync((this.#stream as unknown as { fd: number }).fd)
    const there = statSync(this.#file, { throwIfNoEntry: false })
    return there?.ino === ino && there.dev === dev
  }

  #size(): number {
    return statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0
  }
}

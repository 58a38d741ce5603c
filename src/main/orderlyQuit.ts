import { app, dialog, type BrowserWindow } from 'electron'
import type { Logger } from 'pino'
import type { Host } from '../host/index.ts'
import type { Job } from '../shared/contract/jobs.ts'

export interface OrderlyQuitOptions {
  host: Host
  log: Logger
  /** told when the person would rather stay */
  onStay: () => void
  /** runs when all is closed and before the program goes */
  last: () => void
}

/**
 * Quits once the person agrees to stop what runs: a window that is closed, a menu and the system ask alike. A signal asks nobody. Then jobs are
 * cancelled, compute has ended and the store is closed before the program goes.
 */
export class OrderlyQuit {
  readonly #options: OrderlyQuitOptions
  #agreed = false
  #asking = false

  constructor(options: OrderlyQuitOptions) {
    this.#options = options
    app.on('before-quit', (event) => {
      if (this.#mayGo()) return
      event.preventDefault()
      void this.#ask()
    })
    app.on('will-quit', (event) => this.#close(event))
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        this.#agreed = true
        app.quit()
      })
    }
  }

  /** The last window stays open while the question is. */
  guard(window: BrowserWindow): void {
    window.on('close', (event) => {
      if (this.#mayGo()) return
      event.preventDefault()
      app.quit()
    })
  }

  #mayGo(): boolean {
    return this.#agreed || this.#options.host.work().length === 0
  }

  async #ask(): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    const { response } = await dialog.showMessageBox(question(this.#options.host.work()))
    this.#asking = false
    if (response !== 1) return this.#options.onStay()
    this.#agreed = true
    app.quit()
  }

  #close(event: { preventDefault(): void }): void {
    const { host, log, last } = this.#options
    event.preventDefault()
    host
      .close()
      .catch((error: unknown) => log.error({ err: error }, 'the host did not close in order'))
      .finally(() => {
        last()
        app.exit(0)
      })
  }
}

/** What is asked before work is stopped: what runs, what is kept. The first answer, and Escape, keep it running. */
export function question(work: readonly Job[]): Electron.MessageBoxOptions {
  const names = work.slice(0, 5).map(({ title }) => `• ${title}`)
  const rest = work.length > names.length ? [`and ${work.length - names.length} more`] : []
  return {
    type: 'question',
    title: 'Bitgauge',
    message:
      work.length === 1
        ? 'A job is running. Stop it and quit?'
        : `${work.length} jobs are running. Stop them and quit?`,
    detail: [
      ...names,
      ...rest,
      '',
      'What is finished is kept. A study and a training can be resumed; other work starts over.',
    ].join('\n'),
    buttons: ['Keep running', 'Stop and quit'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  }
}

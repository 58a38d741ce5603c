import { Notification, type BrowserWindow } from 'electron'
import type { Logger } from 'pino'
import type { Host } from '../host/index.ts'
import { JobSigns, type Bar } from './jobSigns.ts'

export interface ShownJobsOptions {
  host: Host
  /** the window that is open, if one is */
  window: () => BrowserWindow | undefined
  /** brings the window to the front with a route in it */
  show: (route: string) => void
  signal: AbortSignal
  log: Logger
}

/** Follows the host's events for as long as the program runs: a bar in the task bar, a notification where nobody looks at the window. */
export async function showJobs({ host, window, show, signal, log }: ShownJobsOptions): Promise<void> {
  const signs = new JobSigns()
  const shown = new Set<Notification>() // a notification that nothing holds is collected, and its click lost
  try {
    for await (const event of await host.client.events.watch({}, { signal })) {
      const notices = signs.hear(event)
      drawBar(window(), signs.bar)
      if (window()?.isFocused() === true || !Notification.isSupported()) continue
      for (const { title, body, route } of notices) {
        const notification = new Notification({ title, body })
        shown.add(notification)
        notification.on('click', () => show(route))
        notification.on('close', () => shown.delete(notification))
        notification.show()
      }
    }
  } catch (error) {
    if (!signal.aborted) log.error({ err: error }, 'the jobs are no longer shown outside the window')
  }
}

function drawBar(window: BrowserWindow | undefined, bar: Bar): void {
  if (bar === null) window?.setProgressBar(-1)
  else window?.setProgressBar(bar === 'unknown' ? 2 : bar, { mode: bar === 'unknown' ? 'indeterminate' : 'normal' })
}

import type { Page } from 'playwright-core'

/** One program that shows the page, running with a home of its own, and the page in a real Chromium. */
export interface OpenShell {
  readonly page: Page
  /** all that the page may ask */
  readonly origin: string
  /** the process that has the host in it */
  readonly hostPid: number
  /** Ends the program in its own way and gives its exit code; a home and a browser go with it. */
  close(): Promise<number | null>
}

export interface ShellKind {
  readonly name: string
  /** exit code after an orderly stop */
  readonly orderlyCode: number
  open(): Promise<OpenShell>
}

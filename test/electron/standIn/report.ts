/** What the stand-in tells the test that started it, over the channel of `child_process.fork`. */
export type Report =
  | { type: 'sandbox' }
  | { type: 'single-instance' }
  | { type: 'browser'; cdp: string }
  | { type: 'window'; options: unknown }
  | { type: 'loaded' }
  | { type: 'scheme'; schemes: unknown }
  | { type: 'denied'; what: string; url: string }
  | { type: 'permission'; answers: boolean[] }
  | { type: 'menu'; labels: string[] }
  | { type: 'utility'; pid: number; options: unknown }
  | { type: 'error-box'; title: string; content: string }
  | { type: 'dialog'; kind: 'message' | 'open' | 'save'; options: unknown }
  | { type: 'relaunch'; given: string[] }
  | { type: 'bar'; progress: number; mode: string | undefined }
  | { type: 'notification'; title: string; body: string }
  | { type: 'revealed'; path: string }

/** What the test asks the stand-in to do, as a person, the system or Chromium would. */
export type Asked =
  | { type: 'permission' }
  | { type: 'second-instance'; given: string[] }
  /** chooses an item of the menu by its labels, from the top */
  | { type: 'menu'; labels: string[] }
  /** the answer to the next dialog: the number of a button, or the paths that are chosen (none: cancelled) */
  | { type: 'answer'; response: number; paths: string[] }
  | { type: 'close-window' }
  | { type: 'click-notification' }
  | { type: 'focus'; focused: boolean }

export function report(what: Report): void {
  process.send?.(what)
}

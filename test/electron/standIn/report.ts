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

export function report(what: Report): void {
  process.send?.(what)
}

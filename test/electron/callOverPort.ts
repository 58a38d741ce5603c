import type { Page } from 'playwright-core'

/** Calls the host from the page as the page's own transport does, whatever the page shows: a port of the bridge and one message of oRPC. */
export async function callOverPort(page: Page, path: string, input: unknown): Promise<unknown> {
  const message = JSON.stringify({ i: '1', p: { u: path, b: { json: input } } })
  const answer = await page.evaluate(`(${ask.toString()})(${JSON.stringify(message)})`)
  const { p } = JSON.parse(String(answer)) as { p: { s?: number; b?: { json?: unknown } } }
  if ((p.s ?? 200) >= 400) throw new Error(`${path}: ${String(answer)}`)
  return p.b?.json
}

/** Runs in the page. */
function ask(message: string): Promise<unknown> {
  interface Port {
    addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
    start(): void
    postMessage(message: string): void
  }
  const page = globalThis as unknown as {
    addEventListener(type: 'message', listener: (event: { data: { nonce?: string }; ports: Port[] }) => void): void
    bitgauge: { desktop: { requestPort(nonce: string): void } }
  }
  return new Promise((resolve) => {
    const nonce = crypto.randomUUID()
    page.addEventListener('message', ({ data, ports: [port] }) => {
      if (data.nonce !== nonce || port === undefined) return
      port.addEventListener('message', (event) => resolve(event.data))
      port.start()
      port.postMessage(message)
    })
    page.bitgauge.desktop.requestPort(nonce)
  })
}

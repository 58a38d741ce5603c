import type { Page } from 'playwright-core'

/** What a page must not do, collected from now on: one line for each. */
export interface PageWatch {
  /** errors and warnings on the console, the policy's violations among them, and errors that nobody caught */
  readonly complaints: readonly string[]
  /** addresses outside its origin that it asked for */
  readonly foreign: readonly string[]
}

export function watchPage(page: Page, origin: string): PageWatch {
  const complaints: string[] = []
  const foreign: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) foreign.push(request.url())
  })
  page.on('websocket', (socket) => {
    if (!socket.url().startsWith(`${origin.replace(/^http/, 'ws')}/`)) foreign.push(socket.url())
  })
  return { complaints, foreign }
}

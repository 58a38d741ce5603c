import type { OpenShell, ShellKind } from './openShell.ts'
import { openWindow } from './openWindow.ts'
import { tempHome } from './tempHome.ts'

/** The page as `bitgauge serve` shows it in a browser. */
export const serveShell: ShellKind = {
  name: 'bitgauge serve',
  orderlyCode: 0,
  async open(): Promise<OpenShell> {
    const home = tempHome()
    const { page, browser, served } = await openWindow(home.path)
    return {
      page,
      origin: served.origin,
      hostPid: served.pid,
      close: async () => {
        await browser.close()
        const code = await served.stop()
        home.remove()
        return code
      },
    }
  },
}

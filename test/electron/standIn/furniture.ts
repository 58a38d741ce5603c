import type * as Electron from 'electron'
import { onlyDefined, StandInEmitter } from './onlyDefined.ts'
import { report, type Asked } from './report.ts'

type Item = Electron.MenuItemConstructorOptions

/** A menu whose items the test chooses by their labels. */
class StandInMenu {
  readonly template: readonly Item[]

  constructor(template: readonly Item[]) {
    this.template = template
  }
}

let menu: StandInMenu | null = null

function choose([label, ...rest]: readonly string[], items: readonly Item[]): void {
  const item = items.find((one) => (one.label ?? one.role) === label)
  if (item === undefined)
    throw new Error(`there is no menu item ${label}: ${items.map((one) => one.label ?? one.role).join(', ')}`)
  if (rest.length > 0) return choose(rest, item.submenu as Item[])
  item.click?.(null as never, undefined, null as never)
}

process.on('message', (asked: Asked) => {
  if (asked.type === 'menu') choose(asked.labels, menu?.template ?? [])
  if (asked.type === 'answer') answers.push(asked)
})

export const Menu = onlyDefined('Menu', {
  buildFromTemplate: (template: Item[]) => new StandInMenu(template) as unknown as Electron.Menu,
  setApplicationMenu: (given: Electron.Menu | null) => {
    menu = given as unknown as StandInMenu | null
    report({ type: 'menu', labels: (menu?.template ?? []).map((item) => item.label ?? item.role ?? '') })
  },
}) satisfies Pick<typeof Electron.Menu, 'buildFromTemplate' | 'setApplicationMenu'>

const answers: Extract<Asked, { type: 'answer' }>[] = []

/** Electron's overloads take a window first or not; ours never gives one. */
export const dialog = onlyDefined('dialog', {
  showErrorBox: (title: string, content: string) => report({ type: 'error-box', title, content }),
  showMessageBox: (options: Electron.MessageBoxOptions) => {
    const response = answers.shift()?.response ?? options.cancelId ?? 0
    report({ type: 'dialog', kind: 'message', options: structuredClone(options) })
    return Promise.resolve({ response, checkboxChecked: false })
  },
  showOpenDialog: (options: Electron.OpenDialogOptions) => {
    const filePaths = answers.shift()?.paths ?? []
    report({ type: 'dialog', kind: 'open', options: structuredClone(options) })
    return Promise.resolve({ canceled: filePaths.length === 0, filePaths })
  },
  showSaveDialog: (options: Electron.SaveDialogOptions) => {
    const filePath = answers.shift()?.paths[0] ?? ''
    report({ type: 'dialog', kind: 'save', options: structuredClone(options) })
    return Promise.resolve({ canceled: filePath === '', filePath })
  },
})

export const nativeTheme = onlyDefined('nativeTheme', {
  shouldUseDarkColors: false,
}) satisfies Pick<Electron.NativeTheme, 'shouldUseDarkColors'>

export const screen = onlyDefined('screen', {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }] as Electron.Display[],
}) satisfies Pick<Electron.Screen, 'getAllDisplays'>

export const shell = onlyDefined('shell', {
  openPath: (path: string) => {
    report({ type: 'revealed', path })
    return Promise.resolve('')
  },
}) satisfies Pick<Electron.Shell, 'openPath'>

/** A notification that the test can click on. */
class StandInNotification extends StandInEmitter implements Pick<Electron.Notification, 'on' | 'show'> {
  readonly #options: Electron.NotificationConstructorOptions

  static isSupported(): boolean {
    return true
  }

  constructor(options: Electron.NotificationConstructorOptions) {
    super('Notification', ['click', 'close'])
    this.#options = options
  }

  show(): void {
    report({ type: 'notification', title: this.#options.title ?? '', body: this.#options.body ?? '' })
    process.once('message', (asked: Asked) => {
      if (asked.type === 'click-notification') this.tell('click')
    })
  }
}

export const Notification = StandInNotification as unknown as typeof Electron.Notification

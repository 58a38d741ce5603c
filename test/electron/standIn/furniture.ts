import type * as Electron from 'electron'
import { onlyDefined } from './onlyDefined.ts'
import { report } from './report.ts'

type Item = Electron.MenuItemConstructorOptions

/** A menu is a list of labels and roles; nothing can click on it. */
class StandInMenu {
  readonly labels: string[]

  constructor(template: readonly Item[]) {
    this.labels = template.map((item) => item.label ?? item.role ?? '')
  }
}

export const Menu = onlyDefined('Menu', {
  buildFromTemplate: (template: Item[]) => new StandInMenu(template) as unknown as Electron.Menu,
  setApplicationMenu: (menu: Electron.Menu | null) => {
    report({ type: 'menu', labels: (menu as unknown as StandInMenu | null)?.labels ?? [] })
  },
}) satisfies Pick<typeof Electron.Menu, 'buildFromTemplate' | 'setApplicationMenu'>

export const dialog = onlyDefined('dialog', {
  showErrorBox: (title: string, content: string) => report({ type: 'error-box', title, content }),
}) satisfies Pick<Electron.Dialog, 'showErrorBox'>

export const nativeTheme = onlyDefined('nativeTheme', {
  shouldUseDarkColors: false,
}) satisfies Pick<Electron.NativeTheme, 'shouldUseDarkColors'>

import { Menu, type MenuItemConstructorOptions } from 'electron'

export interface MenuActions {
  developer: boolean
  /** the home that is open */
  home: string
  /** homes that were open before, the newest first */
  recent: readonly string[]
  /** shows a page of the window */
  go(route: string): void
  /** opens another home; null: asks which */
  openHome(home: string | null): void
  /** shows a folder in the system's file manager */
  reveal(what: 'home' | 'logs'): void
}

type Item = MenuItemConstructorOptions

const pages: readonly (readonly [label: string, route: string])[] = [
  ['Start', '/start'],
  ['Datasets', '/datasets'],
  ['Models', '/models'],
  ['Calibration', '/calibration'],
  ['Studies', '/studies'],
  ['Results', '/results'],
  ['Exports', '/exports'],
  ['Jobs', '/jobs'],
]

export function createMenu(actions: MenuActions): Menu {
  return Menu.buildFromTemplate(menuTemplate(actions))
}

/** All that the menus hold; each item does what a page, a key or the command line can do too. */
export function menuTemplate(actions: MenuActions): Item[] {
  return [file(actions), { role: 'editMenu' }, view(actions), go(actions), { role: 'windowMenu' }, help(actions)]
}

function file({ home, recent, go, openHome }: MenuActions): Item {
  const others = recent.filter((one) => one !== home)
  return {
    label: 'File',
    submenu: [
      { label: 'New study', accelerator: 'CmdOrCtrl+N', click: () => go('/studies/new') },
      { label: 'Import a dataset…', click: () => go('/datasets/new') },
      { type: 'separator' },
      { label: 'Open home…', accelerator: 'CmdOrCtrl+O', click: () => openHome(null) },
      {
        label: 'Recent homes',
        enabled: others.length > 0,
        submenu: others.map((one) => ({ label: one, click: () => openHome(one) })),
      },
      { type: 'separator' },
      { role: 'quit' },
    ],
  }
}

function view({ developer }: MenuActions): Item {
  const tools: Item[] = developer ? [{ type: 'separator' }, { role: 'toggleDevTools' }] : []
  return {
    label: 'View',
    submenu: [
      { role: 'reload' },
      { type: 'separator' },
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
      ...tools,
    ],
  }
}

function go({ go: show }: MenuActions): Item {
  return {
    label: 'Go',
    submenu: pages.map(([label, route], k) => ({
      label,
      accelerator: `CmdOrCtrl+${k + 1}`,
      click: () => show(route),
    })),
  }
}

function help({ go: show, reveal }: MenuActions): Item {
  return {
    role: 'help',
    label: 'Help',
    submenu: [
      { label: 'Settings and versions', click: () => show('/settings') },
      { label: 'Show the home folder', click: () => reveal('home') },
      { label: 'Show the logs', click: () => reveal('logs') },
    ],
  }
}

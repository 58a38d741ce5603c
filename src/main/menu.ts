import { Menu, type MenuItemConstructorOptions } from 'electron'

/** The least menu that editing, zooming and quitting need; on macOS a program without one cannot copy. */
export function createMenu(developer: boolean): Menu {
  const tools: MenuItemConstructorOptions[] = developer ? [{ type: 'separator' }, { role: 'toggleDevTools' }] : []
  return Menu.buildFromTemplate([
    { label: 'File', submenu: [{ role: 'quit' }] },
    { role: 'editMenu' },
    {
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
    },
    { role: 'windowMenu' },
  ])
}

import { app, dialog } from 'electron'
import { withoutHome } from './homeChoice.ts'

/** Lets the person choose a folder; null where they do not. */
export async function askForHome(current: string): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog({
    title: 'Open a home',
    defaultPath: current,
    buttonLabel: 'Open',
    properties: ['openDirectory', 'createDirectory'],
  })
  return canceled ? null : (filePaths[0] ?? null)
}

/** Starts the program again with another home once this one has gone; a program has one home from its start to its end. */
export function restartWith(home: string, given: readonly string[]): void {
  app.relaunch({ args: [...withoutHome(given), '--home', home] })
}

import { app } from 'electron'
import { runDesktop } from './desktop.ts'
import { lockContents } from './lockdown.ts'
import { registerPageScheme } from './pageScheme.ts'

// What must be said before the application is ready stands here. Not awaited: Electron is ready only after this module has run.
app.enableSandbox()
registerPageScheme()
lockContents(app)
if (app.requestSingleInstanceLock()) void runDesktop(import.meta.dirname)
else app.quit()

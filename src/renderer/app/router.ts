import {
  createRouter,
  createWebHashHistory,
  isNavigationFailure,
  NavigationFailureType,
  type Router,
  type RouteRecordRaw,
} from 'vue-router'
import StartPage from '../features/start/StartPage.vue'
import { pageAhead } from './here.ts'
import { pageNames, type PageName } from './pages.ts'

/** The first page comes with the shell, these when they are gone to. */
const laterPages: Readonly<Record<Exclude<PageName, 'start'>, () => Promise<unknown>>> = {
  datasets: () => import('../features/datasets/DatasetsPage.vue'),
  models: () => import('../features/models/ModelsPage.vue'),
  calibration: () => import('../features/calibration/CalibrationPage.vue'),
  studies: () => import('../features/studies/StudiesPage.vue'),
  results: () => import('../features/results/ResultsPage.vue'),
  policies: () => import('../features/policies/PoliciesPage.vue'),
  boards: () => import('../features/boards/BoardsPage.vue'),
  exports: () => import('../features/exports/ExportsPage.vue'),
  jobs: () => import('../features/jobs/JobsPage.vue'),
  settings: () => import('../features/settings/SettingsPage.vue'),
}
const components = { start: StartPage, ...laterPages }

const routes: RouteRecordRaw[] = [
  ...pageNames.map((name) => ({ path: `/${name}/:id?`, name, component: components[name] }) as RouteRecordRaw),
  { path: '/:rest(.*)*', redirect: '/start' },
]

/**
 * One address a page: its name, the id of what it shows, and all of its view in the query, so that a link is a view. The fragment holds
 * them, since a page comes from a file or from a server that knows one address alone.
 */
export function createPages(): Router {
  const pages = createRouter({ history: createWebHashHistory(), routes })
  pages.beforeEach((to, from) => {
    pageAhead.value = to.name === from.name ? null : pageOf(to.name)
  })
  // A page takes longer to build than a frame: where one goes is seen first.
  pages.beforeResolve((to, from) => (to.name === from.name || from.name === undefined ? undefined : painted()))
  pages.afterEach((_to, _from, failure) => {
    // One that another has overtaken says nothing of that other.
    if (!isNavigationFailure(failure, NavigationFailureType.cancelled)) pageAhead.value = null
  })
  return pages
}

/** After the next frame is on the screen; a hidden page has none. */
function painted(): Promise<void> {
  if (document.hidden) return Promise.resolve()
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
}

/**
 * Goes where the address was changed to while the first page was read: the router listens only once that is there, and would write the
 * first page's address over it.
 */
export function followEarlyAddresses(pages: Router): void {
  let asked: string | null = null
  const remember = ({ newURL }: HashChangeEvent): void => {
    asked = new URL(newURL).hash.slice(1)
  }
  window.addEventListener('hashchange', remember)
  void pages.isReady().then(async () => {
    window.removeEventListener('hashchange', remember)
    if (asked !== null && asked !== '' && !asked.startsWith('token=')) await pages.replace(asked)
  })
}

/** After this long a window has shown its first page and what that asks for. */
const settled_ms = 3000

/** Reads the other pages while the window has nothing to do, one at a time, so that going to one for the first time is as quick as later. */
export function readPagesAhead(pages: Router): void {
  const waiting = Object.values(laterPages)
  const next = (): void => void requestIdleCallback(() => void readNext())
  const readNext = async (): Promise<void> => {
    // One that cannot be read now is read, and its failure told, when somebody goes there.
    await waiting
      .shift()?.()
      .catch(() => undefined)
    if (waiting.length > 0) next()
  }
  void pages.isReady().then(() => setTimeout(next, settled_ms))
}

/** The page of a route. */
export function pageOf(name: unknown): PageName {
  return pageNames.find((one) => one === name) ?? 'start'
}

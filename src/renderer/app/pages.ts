import {
  ChartLine,
  CircuitBoard,
  Database,
  Download,
  Grid3x3,
  House,
  ListChecks,
  Scale,
  Settings,
  SlidersHorizontal,
  Boxes,
} from '@lucide/vue'
import type { Component } from 'vue'

/** The parts of the window, by the name that stands in their address. */
export const pageNames = [
  'start',
  'datasets',
  'models',
  'calibration',
  'studies',
  'results',
  'policies',
  'boards',
  'exports',
  'jobs',
  'settings',
] as const
export type PageName = (typeof pageNames)[number]

export interface PagePlace {
  readonly title: string
  readonly icon: Component
  /** the letter that goes there after G */
  readonly letter: string
}

export const pagePlaces: Readonly<Record<PageName, PagePlace>> = {
  start: { title: 'Start', icon: House, letter: 'h' },
  datasets: { title: 'Datasets', icon: Database, letter: 'd' },
  models: { title: 'Models', icon: Boxes, letter: 'm' },
  calibration: { title: 'Calibration', icon: SlidersHorizontal, letter: 'c' },
  studies: { title: 'Studies', icon: Grid3x3, letter: 's' },
  results: { title: 'Results', icon: ChartLine, letter: 'r' },
  policies: { title: 'Policies', icon: Scale, letter: 'p' },
  boards: { title: 'Boards', icon: CircuitBoard, letter: 'b' },
  exports: { title: 'Exports', icon: Download, letter: 'e' },
  jobs: { title: 'Jobs', icon: ListChecks, letter: 'j' },
  settings: { title: 'Settings', icon: Settings, letter: 'o' },
}

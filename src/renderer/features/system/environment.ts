import type { StoreSummary } from '../../../shared/contract/store.ts'
import type { DoctorReport } from '../../../shared/contract/system.ts'
import type { Mark } from '../../components/StatusWord.vue'
import { bytesText } from '../../text/figures.ts'

/** One fact of the strip and the status bar: what it is, its figure, what it means, and how it stands. */
export interface EnvironmentFact {
  id: 'tensorflow' | 'device' | 'kernels' | 'store'
  title: string
  figure: string
  detail: string
  mark: Mark
  word: string
}

/** The four things that everything else stands on, as doctor found them. @param now how large the store has become since; undefined before that is known */
export function environmentFacts(report: DoctorReport, now: StoreSummary | undefined): EnvironmentFact[] {
  return [tensorflowFact(report), deviceFact(report), kernelsFact(report), storeFact(report, now)]
}

function tensorflowFact({ tensorflow }: DoctorReport): EnvironmentFact {
  const words = { ready: 'ready', missing: 'not set up', damaged: 'damaged' } as const
  const variant = tensorflow.variant === 'cpu' ? 'CPU' : 'CUDA'
  return {
    id: 'tensorflow',
    title: 'TensorFlow',
    figure: tensorflow.version,
    detail:
      tensorflow.state === 'ready'
        ? `${variant} library, ready, ${bytesText(tensorflow.bytes)}`
        : `${variant} library, ${words[tensorflow.state]}: run bitgauge setup`,
    mark: tensorflow.state === 'ready' ? 'pass' : 'fail',
    word: words[tensorflow.state],
  }
}

function deviceFact({ selfTest, machine }: DoctorReport): EnvironmentFact {
  const gpus = selfTest?.devices.filter((device) => device.kind === 'gpu') ?? []
  const cores = `${machine.logicalCores} ${machine.logicalCores === 1 ? 'core' : 'cores'}`
  if (selfTest === null) {
    return {
      id: 'device',
      title: 'Device',
      figure: `CPU, ${cores}`,
      detail: 'not tried',
      mark: 'skipped',
      word: 'not tried',
    }
  }
  return {
    id: 'device',
    title: 'Device',
    figure: gpus.length === 0 ? `CPU, ${cores}` : `${gpus.length} GPU`,
    detail: gpus.length === 0 ? 'no graphics card is in use' : gpus.map(({ name }) => name).join(', '),
    mark: 'pass',
    word: 'found',
  }
}

function kernelsFact({ selfTest }: DoctorReport): EnvironmentFact {
  const kernels = selfTest?.kernels ?? []
  const good = kernels.filter((kernel) => kernel.ok).length
  const all = kernels.length > 0 && good === kernels.length
  return {
    id: 'kernels',
    title: 'Operations',
    figure: kernels.length === 0 ? 'not run' : `${good} of ${kernels.length}`,
    detail:
      kernels.length === 0
        ? 'nothing to run them with'
        : all
          ? 'agree with their oracles'
          : 'some differ: see the list',
    mark: kernels.length === 0 ? 'skipped' : all ? 'pass' : 'fail',
    word: all ? 'proved' : kernels.length === 0 ? 'not run' : 'not proved',
  }
}

function storeFact({ store }: DoctorReport, now: StoreSummary | undefined): EnvironmentFact {
  if (store === null && now !== undefined) {
    return {
      id: 'store',
      title: 'Store',
      figure: figureOf(now),
      detail: 'open; Settings checks all of it',
      mark: 'pass',
      word: 'open',
    }
  }
  if (store === null) {
    return {
      id: 'store',
      title: 'Store',
      figure: 'not looked at',
      detail: 'left out of this check',
      mark: 'skipped',
      word: 'skipped',
    }
  }
  return {
    id: 'store',
    title: 'Store',
    figure: figureOf(now ?? store),
    detail: store.ok ? 'found sound when checked' : (store.problems[0] ?? 'damaged'),
    mark: store.ok ? 'pass' : 'fail',
    word: store.ok ? 'sound' : 'damaged',
  }
}

function figureOf({ runs, bytes }: Pick<StoreSummary, 'runs' | 'bytes'>): string {
  return `${plural(runs, 'run')}, ${bytesText(bytes)}`
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

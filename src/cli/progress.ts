import type cliProgress from 'cli-progress'
import type { Progress } from '../shared/contract/jobs.ts'

export interface ProgressDisplay {
  report: (progress: Progress) => void
  note: (line: string) => void
  close: () => void
}

/** A bar on a terminal; elsewhere one line when a phase begins and one when it is complete. Bytes are shown as MB. */
export async function createProgressDisplay(stream: NodeJS.WriteStream): Promise<ProgressDisplay> {
  return stream.isTTY ? barDisplay(stream, (await import('cli-progress')).default) : lineDisplay(stream)
}

function lineDisplay(stream: NodeJS.WriteStream): ProgressDisplay {
  let phase = ''
  let complete = true
  const note = (line: string): void => void stream.write(`${line}\n`)
  return {
    report: (progress) => {
      if (progress.phase !== phase) {
        phase = progress.phase
        complete = false
        note(`${phase} …${progress.total === null ? '' : ` (${amount(progress.total, progress.unit)})`}`)
      }
      if (!complete && progress.total !== null && progress.total > 0 && progress.done >= progress.total) {
        complete = true
        note(`${phase}: ${amount(progress.done, progress.unit)}`)
      }
    },
    note,
    close: () => {},
  }
}

function barDisplay(stream: NodeJS.WriteStream, library: typeof cliProgress): ProgressDisplay {
  let bar: cliProgress.SingleBar | null = null
  let phase = ''
  const stop = (): void => {
    bar?.stop()
    bar = null
  }
  return {
    report: (progress) => {
      if (progress.phase !== phase || bar === null) {
        stop()
        phase = progress.phase
        bar = newBar(stream, library)
        bar.start(progress.total ?? 0, 0, payload(progress))
      }
      if (progress.total !== null) bar.setTotal(progress.total)
      bar.update(progress.done, payload(progress))
    },
    note: (line) => {
      stop()
      stream.write(`${line}\n`)
    },
    close: stop,
  }
}

function newBar(stream: NodeJS.WriteStream, library: typeof cliProgress): cliProgress.SingleBar {
  return new library.SingleBar(
    {
      stream,
      format: line,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 28,
      fps: 8,
      hideCursor: true,
      clearOnComplete: false,
      stopOnComplete: false,
      gracefulExit: false,
    },
    library.Presets.shades_classic,
  )
}

/** A phase whose length nobody knows has no bar, because a bar would claim to know. */
function line(options: cliProgress.Options, params: cliProgress.Params, told: ReturnType<typeof payload>): string {
  const size = options.barsize ?? 0
  const complete = Math.round(Math.min(params.progress, 1) * size)
  const bar = `${'█'.repeat(complete)}${'░'.repeat(size - complete)} `
  return `${told.phase} ${told.measured ? bar : '… '}${told.amount}`
}

function payload(progress: Progress): { phase: string; amount: string; measured: boolean } {
  const { phase, done, total, unit } = progress
  if (total === null) return { phase, measured: false, amount: done > 0 ? amount(done, unit) : '' }
  return { phase, measured: true, amount: `${amount(done, unit).replace(` ${unit}`, '')} of ${amount(total, unit)}` }
}

function amount(value: number, unit: string): string {
  if (unit === 'bytes') return `${(value / 1e6).toFixed(value < 1e6 ? 2 : 0)} MB`
  return `${Math.round(value)} ${unit}`
}

import { setupLibrary } from '../../../build/setup/setupLibrary.ts'

/** A set-up in a process of its own: options as JSON in the first argument, phases and the report as JSON lines on standard output. */
const { recipe, cache, environment } = JSON.parse(process.argv[2] ?? '')
const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`)
let phase = ''
const report = await setupLibrary(recipe, {
  cache,
  environment,
  onProgress: (progress) => {
    if (progress.phase !== phase) say({ phase: (phase = progress.phase) })
  },
})
say({ report })

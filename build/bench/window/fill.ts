/** `node build/bench/window/fill.ts HOME`: a home with a hundred thousand runs, to look at. */
import { fillHome } from './manyRuns.ts'

const [home, most] = process.argv.slice(2)
if (home === undefined) throw new Error('expected the folder of a home')
process.stdout.write(`${fillHome(home, most === undefined ? undefined : Number(most))} runs\n`)

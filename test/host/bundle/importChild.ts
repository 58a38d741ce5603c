/**
 * Takes a bundle into a home in a process of its own: `importChild.ts HOME FILE [CALL COUNT]`. Where a call is named, the process kills itself
 * with SIGKILL at that call for the so many-eth time. Prints how many runs were added, or the error's code.
 */
import { importBundle } from '../../../src/host/bundle/importBundle.ts'
import { toErrorRecord } from '../../../src/shared/errors.ts'
import { ProfileStore } from '../../../src/store/calibration/index.ts'
import { openStore } from '../../../src/store/index.ts'
import { ModelStore } from '../../../src/store/models/index.ts'

const [home = '', file = '', call = '', count = '0'] = process.argv.slice(2)
let left = Number(count)

/** The same object, but for the call at which the process ends. */
function deadly<T extends object>(what: string, object: T): T {
  return new Proxy(object, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...args: unknown[]): unknown => {
        if (`${what}.${String(name)}` === call && (left -= 1) <= 0) process.kill(process.pid, 'SIGKILL')
        return (value as (...given: unknown[]) => unknown).apply(target, args)
      }
    },
  })
}

try {
  const store = openStore({ home })
  const { runs } = await importBundle(
    {
      home,
      runs: deadly('runs', store.runs),
      studies: deadly('studies', store.studies),
      models: deadly('models', new ModelStore(home)),
      profileStore: deadly('profiles', new ProfileStore(home)),
    },
    file,
  )
  console.log(`${runs.added} added`)
  store.close()
} catch (thrown) {
  console.log(toErrorRecord(thrown).code)
}

import { implement } from '@orpc/server'
import { datasetContract, type DatasetEvent } from '../../shared/contract/dataset.ts'
import { toTransportError } from '../../shared/contract/failure.ts'
import { AppError } from '../../shared/errors.ts'
import type { ImportService } from '../services/imports.ts'
import type { DatasetService } from './datasetService.ts'

/**
 * The contract's stage `dataset`. What a call itself throws is translated by the router around this one; what is thrown while its events are
 * read is translated here, because it comes after the call.
 *
 * @param onDefect told what was thrown and is none of our errors; for the log
 */
export function createDatasetRouter(
  service: DatasetService,
  imports: ImportService,
  onDefect: (thrown: unknown) => void,
) {
  const os = implement(datasetContract)
  return os.router({
    import: os.import.handler(({ input, signal }) => carried(service.import(input, signal), onDefect)),
    generate: os.generate.handler(({ input, signal }) => carried(service.generate(input, signal), onDefect)),
    startImport: os.startImport.handler(({ input }) => imports.dataset(input)),
    startGenerate: os.startGenerate.handler(({ input }) => imports.generated(input)),
    list: os.list.handler(() => service.list()),
    show: os.show.handler(({ input }) => service.show(input.dataset)),
    preview: os.preview.handler(({ input, signal }) => service.preview(input, signal)),
    texts: os.texts.handler(({ input, signal }) => service.texts(input, signal)),
    remove: os.remove.handler(({ input }) => service.remove(input.dataset)),
  })
}

type Events = AsyncGenerator<DatasetEvent, void, void>

/** The same events, with errors that a transport carries. */
async function* carried(events: Events, onDefect: (thrown: unknown) => void): Events {
  try {
    yield* events
  } catch (thrown) {
    if (!(thrown instanceof AppError)) onDefect(thrown)
    throw toTransportError(thrown)
  }
}

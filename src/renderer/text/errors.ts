import type { ErrorRecord } from '../../shared/errors.ts'
import { stepInWindow } from './nextSteps.ts'

/** An error as the window tells it: what can be done about it is what can be done here. The rest is as the host said it. */
export function inWindow<R extends Pick<ErrorRecord, 'hint' | 'next'>>(record: R): R {
  return record.next === undefined ? record : { ...record, hint: stepInWindow(record.next) }
}

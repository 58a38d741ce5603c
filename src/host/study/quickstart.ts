import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { withTexts } from '../../core/study/withTexts.ts'
import type { Quickstart, StudyFile } from '../../shared/contract/study.ts'
import { findUpwards } from '../resources.ts'

const files: Readonly<Record<Quickstart['texts'], string>> = {
  'voice-commands': 'resources/studies/quickstart.yaml',
  'maintenance-log': 'resources/studies/quickstart-maintenance.yaml',
}

/** The study of a first look at generated texts, as its file says it; with another number of texts where one is given. */
export function quickstartStudy({ texts, size }: Quickstart): StudyFile {
  const file = findUpwards(files[texts])
  const text = readFileSync(file, 'utf8')
  return { text: size === undefined ? text : withTexts(text, size), file, folder: dirname(file) }
}

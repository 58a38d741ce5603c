import { freeName } from './studyForm.ts'
import { writeValue } from './studyDocument.ts'
import { templates } from './templateList.ts'
import { templateText, type TemplateFacts } from './templates.ts'

export interface FirstFacts {
  /** `template`, `from`, `dataset`, `composition`, its `name`, `size`, `draws`, `labels`, `model` */
  query: Readonly<Record<string, string>>
  /** the text of the study that is copied */
  before: string | null
  /** names of studies that there are */
  taken: readonly string[]
  dataset: TemplateFacts['dataset']
  /** of the home */
  sets: readonly { id: string; name: string | null; manifest: { composition: unknown; size: number } }[]
}

/** The text that a new study begins with: a copy of another one, or a template with what the address asks for written into it. */
export function firstText({ query, before, taken, dataset, sets }: FirstFacts): string {
  if (before !== null) {
    const name = /^name:\s*["']?([a-z0-9._-]+)/m.exec(before)?.[1] ?? 'study'
    return writeValue(before, ['name'], freeName(name, taken))
  }
  const asked = query['composition'] === undefined ? null : 'calibration'
  const template = templates.find(({ id }) => id === query['template'])?.id ?? asked
  let text = templateText(template, { name: freeName(template ?? 'study', taken), dataset })
  const named = compositionIn(query, sets)
  if (named !== null)
    text = writeValue(text, ['calibration', 'compositions'], { balanced: 'balanced', ...named.compositions })
  const size = Number(query['size'] ?? named?.size ?? '')
  const draws = Number(query['draws'] ?? '')
  if (Number.isInteger(size) && size > 0) text = writeValue(text, ['calibration', 'size'], size)
  if (Number.isInteger(draws) && draws > 0) text = writeValue(text, ['calibration', 'draws'], draws)
  if (['all', 'none'].includes(query['labels'] ?? ''))
    text = writeValue(text, ['calibration', 'labels'], query['labels'])
  if (query['model'] !== undefined && query['model'] !== '')
    text = writeValue(text, ['models'], { [freeName(partName(query['model']), [])]: { model: query['model'] } })
  return text
}

/** One of the usual compositions, shares as JSON under a name, or a stored set by its name or id. */
function compositionIn(
  { composition: asked, name }: FirstFacts['query'],
  sets: FirstFacts['sets'],
): { compositions: Record<string, unknown>; size?: number } | null {
  if (asked === undefined || asked === '') return null
  if (['balanced', 'natural', 'unlabelled'].includes(asked)) return { compositions: { [asked]: asked } }
  if (asked.startsWith('{')) {
    try {
      return { compositions: { [partName(name ?? 'composed')]: JSON.parse(asked) as unknown } }
    } catch {
      return null
    }
  }
  const set = sets.find(({ id, name }) => id === asked || name === asked)
  if (set === undefined) return null
  const { composition, size } = set.manifest
  return { compositions: { [partName(set.name ?? 'stored set')]: composition }, size }
}

function partName(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9 ._+-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '')
  return plain === '' ? 'part' : plain.slice(0, 60)
}

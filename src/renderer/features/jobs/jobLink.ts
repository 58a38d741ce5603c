import { z } from 'zod'
import type { Job } from '../../../shared/contract/jobs.ts'

const idOf = z.object({ id: z.string() })
const studyOf = z.object({ study: z.string() })
const modelOf = z.object({ model: idOf })
const datasetOf = z.object({ dataset: z.string() })
const importedOf = z.object({ model: z.string() })
const bundleOf = z.object({ study: idOf })
const setOf = z.object({ set: z.string() })
const boardsOf = z.object({ boards: z.array(z.string()) })

/** The address of what a job made or is about; null where it left nothing that has one. */
export function jobLink({ kind, state, params, result }: Job): string | null {
  const at = (page: string, id: string | undefined): string | null => (id === undefined ? null : `#/${page}${id}`)
  if (kind === 'study') return at(state === 'done' ? 'results/' : 'studies/', studyOf.safeParse(params).data?.study)
  if (kind === 'bundle') return at('studies/', bundleOf.safeParse(result).data?.study.id)
  if (kind === 'dataset') return at('datasets/', datasetOf.safeParse(result).data?.dataset)
  if (kind === 'model') return at('models/', importedOf.safeParse(result).data?.model)
  if (kind === 'training') return at('models/', modelOf.safeParse(result).data?.model.id)
  if (kind === 'evaluation' || kind === 'quantized-evaluation')
    return at('results?run=', idOf.safeParse(result).data?.id)
  if (kind === 'calibration') return at('calibration/', setOf.safeParse(params).data?.set)
  if (kind === 'board-profile') return at('boards/', boardsOf.safeParse(params).data?.boards[0])
  return null
}

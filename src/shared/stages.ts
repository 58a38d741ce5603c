import { z } from 'zod'

/** The ten stages, in the order of the data. Folders, contract files, services and features carry these names. */
export const stages = [
  'dataset',
  'model',
  'training',
  'calibration',
  'quantization',
  'evaluation',
  'statistics',
  'policy',
  'profile',
  'export',
] as const
export const stageSchema = z.enum(stages)
export type Stage = z.infer<typeof stageSchema>

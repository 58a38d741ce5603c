import type { TrainedModel } from '../../shared/contract/trainingRules.ts'
import { describeMachine } from '../machine/describeMachine.ts'
import { version } from '../version.ts'

/** What is recorded beside a run and is no part of its key. */
export function measuredHere({ tensorflow, device }: TrainedModel['on']): {
  engine: string
  kernel: null
  machine: string
} {
  const { cpu, logicalCores, os } = describeMachine()
  return {
    engine: `bitgauge ${version}, tensorflow ${tensorflow} on ${device}`,
    kernel: null,
    machine: `${cpu}, ${logicalCores} cores, ${os}`,
  }
}

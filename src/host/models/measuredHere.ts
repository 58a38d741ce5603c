import type { TrainedModel } from '../../shared/contract/trainingRules.ts'
import { describeMachine } from '../machine/describeMachine.ts'
import { version } from '../version.ts'

interface Measured {
  engine: string
  kernel: null
  machine: string
}

/** What is recorded beside a run and is no part of its key. */
export function measuredHere({ tensorflow, device }: TrainedModel['on']): Measured {
  return { ...computedHere(), engine: `bitgauge ${version}, tensorflow ${tensorflow} on ${device}` }
}

let machine: string | undefined

/** The same of a run that took no compute process. */
export function computedHere(): Measured {
  machine ??= machineText()
  return { engine: `bitgauge ${version}`, kernel: null, machine }
}

function machineText(): string {
  const { cpu, logicalCores, os } = describeMachine()
  return `${cpu}, ${logicalCores} cores, ${os}`
}

import type { EvaluatedOn } from '../../shared/contract/engineRules.ts'
import { describeMachine } from '../machine/describeMachine.ts'
import { version } from '../version.ts'

interface Measured {
  engine: string
  kernel: string | null
  machine: string
}

/** What is recorded beside a run and is no part of its key. */
export function measuredHere({ tensorflow, runtime, device }: EvaluatedOn): Measured {
  const engines = [
    ...(tensorflow === undefined ? [] : [`tensorflow ${tensorflow}`]),
    ...(runtime === undefined ? [] : [`runtime ${runtime.version}`]),
  ]
  if (engines.length === 0) return computedHere()
  return {
    ...computedHere(),
    engine: `bitgauge ${version}, ${engines.join(' and ')} on ${device}`,
    kernel: runtime?.kernels ?? null,
  }
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

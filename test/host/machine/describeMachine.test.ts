import { describe, expect, it } from 'vitest'
import { cpuFeatures, describeMachine } from '../../../src/host/machine/describeMachine.ts'
import { machineSchema } from '../../../src/shared/contract/system.ts'

describe('cpuFeatures', () => {
  it('finds the extensions in the text of an x86 kernel', () => {
    const text =
      'processor\t: 0\nflags\t\t: fpu vme sse4_2 avx avx2 smep fma avx512f avx512_vnni amx_int8 avx_vnni\nbugs\t\t: spectre\n'
    expect(cpuFeatures(text)).toEqual([
      'sse4_2',
      'avx',
      'avx2',
      'fma',
      'avx512f',
      'avx512_vnni',
      'amx_int8',
      'avx_vnni',
    ])
  })
  it('finds the extensions in the text of an ARM kernel', () => {
    const text =
      'processor\t: 0\nFeatures\t: fp asimd evtstrm aes asimdhp cpuid asimddp sve i8mm bf16\nCPU part\t: 0xd0c\n'
    expect(cpuFeatures(text)).toEqual(['asimd', 'asimdhp', 'asimddp', 'sve', 'i8mm', 'bf16'])
  })
  it('finds nothing where there is nothing', () => {
    expect(cpuFeatures('')).toEqual([])
  })
})

describe('describeMachine', () => {
  it('describes this machine in the shape of the contract', () => {
    expect(machineSchema.parse(describeMachine())).toMatchObject({ arch: process.arch, node: process.versions.node })
  })
})

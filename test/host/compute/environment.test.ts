import { describe, expect, it } from 'vitest'
import { computeEnvironment } from '../../../src/host/compute/environment.ts'

describe('computeEnvironment', () => {
  it('passes on what is on the list and nothing else', () => {
    const environment = computeEnvironment(
      {
        PATH: '/bin',
        HOME: '/home/a',
        LANG: 'C.UTF-8',
        LC_ALL: 'C',
        TMPDIR: '/tmp/a',
        TZ: 'UTC',
        CUDA_VISIBLE_DEVICES: '1',
        NODE_OPTIONS: '--require /evil.js',
        LD_PRELOAD: '/evil.so',
        LD_LIBRARY_PATH: '/evil',
        NVIDIA_TF32_OVERRIDE: '1',
        TF_CPP_MIN_LOG_LEVEL: '0',
        BITGAUGE_BOARD_PASSWORD: 'secret',
      },
      '/cache/tfjs_binding.node',
    )
    expect(environment).toEqual({
      PATH: '/bin',
      HOME: '/home/a',
      LANG: 'C.UTF-8',
      LC_ALL: 'C',
      TMPDIR: '/tmp/a',
      TZ: 'UTC',
      CUDA_VISIBLE_DEVICES: '1',
      BITGAUGE_TENSORFLOW_ADDON: '/cache/tfjs_binding.node',
      NVIDIA_TF32_OVERRIDE: '0',
      TF_CPP_MIN_LOG_LEVEL: '1',
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    })
  })

  it('limits the threads where the user asks for it', () => {
    expect(computeEnvironment({ BITGAUGE_THREADS: '3' }, '/a')).toMatchObject({
      OMP_NUM_THREADS: '3',
      TF_NUM_INTRAOP_THREADS: '3',
      TF_NUM_INTEROP_THREADS: '3',
    })
  })

  it.each(['', '0', '-1', 'many', '1;2'])('leaves the threads alone for %j', (threads) => {
    expect(Object.keys(computeEnvironment({ BITGAUGE_THREADS: threads }, '/a')).join()).not.toContain('THREADS')
  })
})

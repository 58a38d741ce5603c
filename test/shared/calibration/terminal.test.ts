import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { parseComposition } from '../../../src/cli/commands/quantize/flags.ts'
import { calibrateCommand, compositionArgument } from '../../../src/shared/calibration/terminal.ts'
import type { Composition } from '../../../src/shared/contract/calibrationRules.ts'

const usual = { dataset: 'ag-news', size: 512, seed: 7, draws: 12, name: null, model: null, labels: 'true' } as const

const compositions: Composition[] = [
  'balanced',
  'unlabelled',
  { leaveOut: 'Sci/Tech' },
  { leaveOut: 'a, b' },
  { World: 3, Sports: 1 },
  { 'Kühlmitteltemperatur zu hoch': 119, 'No fault found': 881 },
  { 'a,b=c': 1, 'it\'s $(ls) `x` "y"': 2 },
  { ' padded ': 1, '\n\u202edesrever\u0007': 3, '👩‍🔧 mechanic': 1 },
  { '{"World"': 1, 'leave-out:World': 2 },
  { leaveOut: 1, World: 1 },
]

describe('the command that draws the same', () => {
  it.each(compositions)('is read by the command line as the composition that it was made of: %j', (composition) => {
    expect(parseComposition(compositionArgument(composition))).toEqual(composition)
  })

  it.each(compositions)('comes out of a shell as it went in: %j', (composition) => {
    const command = calibrateCommand({ ...usual, composition }).join(' ')
    const words = command.replace('bitgauge calibrate', String.raw`printf '%s\0'`)
    const given = execFileSync('sh', ['-c', words], { encoding: 'utf8' }).split('\0')
    expect(given[given.indexOf('--composition') + 1]).toBe(compositionArgument(composition))
  })

  it('names what the set is called and what is profiled on it', () => {
    const asked = { ...usual, composition: 'natural', name: 'natural-512', model: 'disc', labels: 'all' } as const
    expect(calibrateCommand(asked)).toEqual([
      'bitgauge calibrate',
      '--dataset ag-news',
      '--composition natural',
      '--size 512 --draws 12',
      '--calibration-seed 7',
      '--name natural-512',
      '--model disc',
      '--labels all',
    ])
  })
})

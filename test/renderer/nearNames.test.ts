import { describe, expect, it } from 'vitest'
import { nearest } from '../../src/renderer/app/nearNames.ts'

const found = (names: string[], typed: string) => nearest(names, typed, (name) => name)

describe('nearest', () => {
  it('puts the name itself first, then its beginning, a word in it, a part, and its letters in order', () => {
    const names = ['srtudy8', 'first-r8', 'r8-balanced', 'xr8', 'r8']
    expect(found(names, 'R8')).toEqual(['r8', 'r8-balanced', 'first-r8', 'xr8', 'srtudy8'])
  })

  it('finds letters with marks by those without', () => {
    expect(found(['einlagerungsprüfung', 'other'], 'prufung')).toEqual(['einlagerungsprüfung'])
  })

  it('finds a name with a wrong sign where nothing has the letters, and nothing for what is far from all', () => {
    expect(found(['Calibration', 'Studies'], 'calibraton')).toEqual(['Calibration'])
    expect(found(['Calibration', 'Studies'], 'kalibration')).toEqual(['Calibration'])
    expect(found(['Calibration', 'Studies'], 'zzzz')).toEqual([])
  })

  it('gives all in their order for nothing, and no more than are asked for', () => {
    expect(nearest(['c', 'a', 'b'], ' ', (name) => name, 2)).toEqual(['c', 'a'])
  })
})

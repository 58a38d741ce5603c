import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { generatedClasses } from '../../../src/core/dataset/generators/generateRows.ts'
import { expandStudy } from '../../../src/core/study/expandStudy.ts'
import { readStudy } from '../../../src/core/study/readStudy.ts'
import { withTexts } from '../../../src/core/study/withTexts.ts'

const file = (name: string) => readFileSync(new URL(`../../../resources/studies/${name}`, import.meta.url), 'utf8')

describe('withTexts', () => {
  it('changes the number of texts and nothing else, comments included', () => {
    const yaml = file('quickstart.yaml')
    const small = withTexts(yaml, 400)
    expect(small.replace('size: 400', 'size: 3000')).toBe(yaml)
    expect(readStudy(small)).toMatchObject({ ok: true, read: { study: { dataset: { generate: { size: 400 } } } } })
  })

  it('gives the same bytes where the number is there already', () => {
    const yaml = file('quickstart.yaml')
    expect(withTexts(yaml, 3000)).toBe(yaml)
  })
})

describe('the studies of a first look', () => {
  it.each(['quickstart.yaml', 'quickstart-maintenance.yaml'])('%s names classes that its texts have', (name) => {
    const reading = readStudy(file(name))
    if (!reading.ok) throw new Error(JSON.stringify(reading.problems))
    const { study } = reading.read
    if (!('generate' in study.dataset)) throw new Error('its texts are not generated')
    const classes = generatedClasses(study.dataset.generate)
    for (const composition of Object.values(study.calibration?.compositions ?? {}))
      for (const named of JSON.stringify(composition).matchAll(/"(?:shares|leaveOut)":\s*\{?"([^"]+)"/g))
        expect(classes).toContain(named[1])
    expect(expandStudy(study)).toHaveLength(388)
  })
})

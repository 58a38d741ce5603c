import { describe, expect, it } from 'vitest'
import {
  commandOf,
  formatExport,
  parseExport,
  requestOf,
  viewOf,
} from '../../../src/renderer/features/exports/exportRequest.ts'
import { exportRequestSchema } from '../../../src/shared/contract/exports.ts'

describe('what the page of exports is about', () => {
  it('is read from the address of a page of results, with its filters, axes and charts', () => {
    const view = parseExport({ study: 's', rows: 'model', columns: 'bits', 'f.noise': 'none', charts: 'noise-curves' })
    expect(requestOf(view)).toEqual({
      ...{ kind: 'study', study: 's', formats: ['latex', 'png'] },
      tables: [{ rows: ['model'], columns: ['bits'], value: 'accuracy', only: { noise: ['none'] }, best: 'column' }],
      charts: [{ kind: 'noise-curves', only: { noise: ['none'] } }],
    })
  })

  it('is what suits the study where the address says nothing of tables', () => {
    expect(requestOf(parseExport({ study: 's', formats: 'csv,nonsense' }))).toEqual({
      ...{ kind: 'study', study: 's', formats: ['csv'] },
    })
  })

  it.each([
    {},
    { study: 's', formats: 'csv,svg' },
    { study: 's', kind: 'bundle' },
    { kind: 'runtime', model: 'm', texts: '8' },
    { kind: 'profiles', boards: 'pi5,local', formats: 'csv,svg', against: 'size', scale: 'full' },
    { kind: 'profiles', boards: 'pi5' },
    { study: 's', shown: 'view', rows: 'composition', 'f.bits': 'W4 A4 C4', measure: 'difference' },
  ])('comes back from its own address: %j', (query) => {
    const view = parseExport(query as Record<string, string>)
    expect(parseExport(formatExport(view))).toEqual(view)
    if (view.subject !== '') expect(exportRequestSchema.safeParse(requestOf(view)).error).toBeUndefined()
  })

  it('comes back from the record of an export, and as a command', () => {
    const view = parseExport({ study: 's', shown: 'view', rows: 'composition', 'f.bits': 'W4 A4 C4' })
    expect(requestOf(viewOf(requestOf(view)))).toEqual(requestOf(view))
    expect(commandOf(requestOf(view), "o'neil")).toBe(
      "bitgauge export --study 'o'\\''neil' --format latex,png --request request.json --out 'o'\\''neil'",
    )
  })

  it('is, of boards, what the page of boards draws, and the command that draws the same', () => {
    const seen = parseExport({ kind: 'profiles', boards: 'pi5,local', against: 'size', scale: 'full' })
    const request = requestOf(seen)
    expect(request).toEqual({
      ...{ kind: 'profiles', boards: ['pi5', 'local'], formats: ['latex', 'png'] },
      charts: [{ against: 'size', enlarged: false }],
    })
    expect(viewOf(request)).toEqual(seen)
    expect(commandOf(request, 'pi5-local')).toBe(
      'bitgauge export --board pi5 --board local --format latex,png --against size --full-scale --out pi5-local',
    )
    expect(requestOf({ ...seen, formats: ['report'] })).toMatchObject({ formats: ['latex', 'png'] })
  })
})

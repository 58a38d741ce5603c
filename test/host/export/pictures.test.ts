import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportResults } from '../../../src/host/export/exportResults.ts'
import { withPngTexts } from '../../../src/host/export/pngTexts.ts'
import { smallResults } from './samples.ts'
import { exportInChild, temporaryFolder, withMounts } from './support.ts'

const folder = mkdtempSync(join(tmpdir(), 'bitgauge-export-'))
const picture = (end: string) => readFileSync(join(folder, 'out', `accuracy-by-bits.${end}`))

beforeAll(async () => {
  const charts = [{ kind: 'accuracy-by-bits' as const }]
  await exportResults(smallResults(), { formats: ['svg', 'png', 'pdf'], out: join(folder, 'out'), charts })
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Type and body of each chunk of a PNG. */
function chunksOf(png: Buffer): [type: string, body: Buffer][] {
  const chunks: [string, Buffer][] = []
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at)
    chunks.push([png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length)])
    at += 12 + length
  }
  return chunks
}

describe('a PNG', () => {
  it('has two pixels for each CSS pixel', () => {
    const [, header] = chunksOf(picture('png'))[0] ?? []
    const [, width, height] = /<svg width="(\d+)" height="(\d+)"/.exec(picture('svg').toString()) ?? []
    expect([header?.readUInt32BE(0), header?.readUInt32BE(4)]).toEqual([Number(width) * 2, Number(height) * 2])
  })

  it('carries its words and what made it, and no time', () => {
    const chunks = chunksOf(picture('png'))
    const texts = chunks.filter(([type]) => type === 'iTXt').map(([, body]) => body.toString().replace(/\0+/, ': '))
    expect(texts[0]).toBe('Title: Accuracy against width')
    expect(texts).toContain('Comment: study calibration-ag-news, seed 7')
    expect(chunks.map(([type]) => type)).not.toContain('tIME')
  })

  it('keeps its own chunks when texts are put into it, each with a right checksum', () => {
    // CRC-32 of "iTXt", "T", five zeros and "é" in UTF-8, by Python's zlib.crc32.
    const header = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.alloc(17)])
    const png = withPngTexts(Buffer.concat([header, Buffer.from('rest')]), [['T', 'é']])
    expect(png.subarray(33).toString('hex')).toBe(
      `00000008${Buffer.from('iTXtT').toString('hex')}0000000000c3a99f7408c8${Buffer.from('rest').toString('hex')}`,
    )
  })
})

describe('a PDF', () => {
  it('is one page of the picture in points, with no date and no id', () => {
    const pdf = picture('pdf').toString('latin1')
    const [, width, height] = /<svg width="(\d+)" height="(\d+)"/.exec(picture('svg').toString()) ?? []
    const box = /\/MediaBox \[0 0 (\d+) (\d+)\]/.exec(pdf) ?? []
    expect([Number(box[1]), Number(box[2])]).toEqual([width, height].map((size) => Math.ceil(Number(size) * 0.75)))
    expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1)
    expect(/CreationDate|ModDate|\/ID/.exec(pdf)).toBeNull()
    expect(/\/Title \((.*?)\)/.exec(pdf)?.[1]).toBe('Accuracy against width')
  })

  it('holds no picture of pixels, and fonts that publishers take', () => {
    const pdf = picture('pdf').toString('latin1')
    expect(/\/Subtype \/Image|\/Type3/.exec(pdf)).toBeNull()
    expect(/IBMPlexSans/.exec(pdf)).not.toBeNull()
  })
})

describe('a machine without any font', () => {
  const hide = '[ ! -d $folder ] || mount -t tmpfs tmpfs $folder || exit 9'
  const bare = withMounts(
    `for folder in /usr/share/fonts /usr/local/share/fonts /usr/share/texmf; do ${hide}; done; "$@"`,
  )

  it.runIf(bare !== null && existsSync('/usr/share/fonts'))('draws the same pictures, to the byte', () => {
    const here = exportInChild(['plain', join(temporaryFolder(), 'out'), 'svg,png,pdf'])
    const there = exportInChild(['plain', join(temporaryFolder(), 'out'), 'svg,png,pdf'], bare ?? [])
    expect(there).toEqual(here)
  })
})

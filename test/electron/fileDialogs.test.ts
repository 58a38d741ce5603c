import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ensureRenderer } from '../../build/pages.ts'
import type { ChosenFile, FileAnswer } from '../../src/shared/desktopFiles.ts'
import { describeInChromium } from '../e2e/chromium.ts'
import { callOverPort } from './callOverPort.ts'
import { openDesktop, type OpenDesktop } from './standInShell.ts'

const digits = 'c'.repeat(32)

describeInChromium('the desktop’s dialogs of files', () => {
  let desktop: OpenDesktop
  let folder: string
  const place = (name: string): string => join(folder, name)

  beforeAll(async () => {
    await ensureRenderer()
    folder = mkdtempSync(join(tmpdir(), 'bitgauge-chosen-'))
    writeFileSync(place('notes.csv'), 'label,text\na,one\nb,two\n')
    writeFileSync(place('other.csv'), 'label,text\na,one\nb,two\n')
    desktop = await openDesktop()
  })

  afterAll(async () => {
    expect(await desktop.close()).toBe(0)
    rmSync(folder, { recursive: true, force: true })
  })

  const bridge = <T>(call: string): Promise<FileAnswer<T>> => desktop.page.evaluate(`window.bitgauge.desktop.${call}`)
  const choose = async (paths: string[], options: object): Promise<ChosenFile[]> => {
    desktop.ask({ type: 'answer', response: 0, paths })
    const answer = await bridge<ChosenFile[]>(`chooseFiles(${JSON.stringify(options)})`)
    if (!('value' in answer)) throw new Error(answer.error.message)
    return answer.value
  }
  const preview = (file: string): Promise<unknown> =>
    callOverPort(desktop.page, '/dataset/preview', { file }).catch(String)

  it('give the files that were chosen, and calls may read these and no others', async () => {
    const files = await choose([place('notes.csv')], { title: 'Import texts', endings: ['csv'], multiple: true })
    expect(files).toEqual([{ name: 'notes.csv', bytes: 23, path: place('notes.csv') }])
    expect((await desktop.told('dialog')).options).toEqual({
      title: 'Import texts',
      filters: [
        { name: 'Import texts', extensions: ['csv'] },
        { name: 'All files', extensions: ['*'] },
      ],
      properties: ['openFile', 'multiSelections'],
    })
    expect(await preview(place('notes.csv'))).toMatchObject({ name: 'notes.csv', looked: 2 })
    for (const path of [place('other.csv'), join(folder, '.', '..', folder, 'other.csv'), '/etc/passwd', 'notes.csv']) {
      expect(JSON.stringify(await preview(path))).toContain('forbidden')
    }
  })

  it('give nothing where the dialog is left, and nothing for a folder', async () => {
    expect(await choose([], { title: 'x', endings: [], multiple: false })).toEqual([])
    expect(await choose([folder], { title: 'x', endings: [], multiple: false })).toEqual([])
  })

  it('hold on to the file that a link pointed to when it was chosen', async () => {
    symlinkSync(place('notes.csv'), place('link.csv'))
    const [file] = await choose([place('link.csv')], { title: 'x', endings: [], multiple: false })
    unlinkSync(place('link.csv'))
    symlinkSync('/etc/passwd', place('link.csv'))
    expect(file?.path).toBe(place('notes.csv'))
    expect(JSON.stringify(await preview(place('link.csv')))).toContain('forbidden')
  })

  it('take a file that was dropped by the path that the system tells, and none that a page makes up', async () => {
    const drop = (name: string): Promise<FileAnswer<ChosenFile | null>> =>
      bridge(`droppedFile(new File(['x'], ${JSON.stringify(name)}))`)
    expect(await drop('other.csv')).toEqual({ value: null })
    expect(await drop(`at=${encodeURIComponent(place('other.csv'))}`)).toMatchObject({ value: { name: 'other.csv' } })
    expect(await preview(place('other.csv'))).toMatchObject({ looked: 2 })
  })

  it('save what was exported where the person says, and nothing else of the home', async () => {
    mkdirSync(join(desktop.home, 'exports', digits), { recursive: true })
    writeFileSync(join(desktop.home, 'exports', digits, 'table.csv'), 'a,b\n')
    const save = (path: string, target: string[]): Promise<FileAnswer<boolean>> => {
      desktop.ask({ type: 'answer', response: 0, paths: target })
      return bridge(`saveFile(${JSON.stringify({ suggestedName: '../../table.csv', path })})`)
    }
    expect(await save(`export:${digits}/table.csv`, [place('saved.csv')])).toEqual({ value: true })
    expect(readFileSync(place('saved.csv'), 'utf8')).toBe('a,b\n')
    expect((await desktop.told('dialog')).options).toMatchObject({ defaultPath: 'table.csv' })
    expect(await save(`export:${digits}/table.csv`, [])).toEqual({ value: false })
    const stolen = await save(join(desktop.home, 'desktop', 'desktop.json'), [place('stolen.json')])
    expect(stolen).toMatchObject({ error: { code: 'forbidden' } })
    expect(existsSync(place('stolen.json'))).toBe(false)
  })

  it('let no call write by a path', async () => {
    const answer = await callOverPort(desktop.page, '/model/export', { model: 'any', file: place('x') }).catch(String)
    expect(JSON.stringify(answer)).toContain('forbidden')
  })
})

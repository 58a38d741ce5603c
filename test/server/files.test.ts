import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataRoots, resolveInside } from '../../src/server/files.ts'

let folder: string
let first: string
let second: string
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'bitgauge-files-')))
  first = join(folder, 'first')
  second = join(folder, 'second')
  await mkdir(join(first, 'inner'), { recursive: true })
  await mkdir(second)
  await mkdir(join(folder, 'first-neighbour'))
  await writeFile(join(folder, 'secret.csv'), 'secret')
  await writeFile(join(folder, 'first-neighbour', 'near.csv'), 'near')
  await writeFile(join(first, 'a.csv'), 'a')
  await writeFile(join(first, 'inner', 'b.csv'), 'b')
  await writeFile(join(first, '%2e%2e'), 'odd name')
  await writeFile(join(first, '..data.csv'), 'two dots begin a name')
  await writeFile(join(second, 'c.csv'), 'c')
  await symlink(join(first, 'a.csv'), join(first, 'inner', 'to-a.csv'))
  await symlink(join(second, 'c.csv'), join(first, 'to-c.csv'))
  await symlink(join(folder, 'secret.csv'), join(first, 'out.csv'))
  await symlink('../../secret.csv', join(first, 'inner', 'out-relative.csv'))
  await symlink(folder, join(first, 'up'))
  await symlink('/', join(first, 'root'))
  await symlink(join(first, 'missing'), join(first, 'dangling'))
  await symlink(join(first, 'circle-b'), join(first, 'circle-a'))
  await symlink(join(first, 'circle-a'), join(first, 'circle-b'))
  await symlink(first, join(folder, 'by-link'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('resolveInside', () => {
  it.each([
    ['a.csv', 'first/a.csv'],
    ['inner/b.csv', 'first/inner/b.csv'],
    ['./inner//b.csv', 'first/inner/b.csv'],
    ['inner/to-a.csv', 'first/a.csv'],
    ['to-c.csv', 'second/c.csv'],
    ['c.csv', 'second/c.csv'],
    ['%2e%2e', 'first/%2e%2e'],
    ['..data.csv', 'first/..data.csv'],
    ['inner', 'first/inner'],
  ])('finds %s', async (requested, expected) => {
    expect(await resolveInside([first, second], requested)).toBe(join(folder, expected))
  })

  it('takes a root that is a link itself', async () => {
    expect(await resolveInside([join(folder, 'by-link')], 'a.csv')).toBe(join(first, 'a.csv'))
  })

  it.each([
    '../secret.csv',
    'inner/../../secret.csv',
    'inner/..',
    '..',
    '/etc/passwd',
    '//etc/passwd',
    'C:\\secret.csv',
    'c:secret.csv',
    '..\\secret.csv',
    'inner\\b.csv',
    '\\\\server\\share',
    'a.csv\0.txt',
    'a\n.csv',
    '',
    'out.csv',
    'inner/out-relative.csv',
    'up/secret.csv',
    'up/first-neighbour/near.csv',
    'up',
    'root/etc/passwd',
  ])('refuses %j', async (requested) => {
    await expect(resolveInside([first, second], requested)).rejects.toMatchObject({
      name: 'AppError',
      code: 'forbidden',
    })
  })

  it('refuses a link into a folder that is not among the roots of this call', async () => {
    await expect(resolveInside([first], 'to-c.csv')).rejects.toMatchObject({ code: 'forbidden' })
  })

  it.each([
    'missing.csv',
    'a.csv/x',
    'dangling',
    'circle-a',
    'x'.repeat(300),
    '%2e%2e/secret.csv',
    'up/first/missing.csv',
  ])('finds nothing at %s', async (requested) => {
    await expect(resolveInside([first, second], requested)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('finds nothing where there are no roots', async () => {
    await expect(resolveInside([], 'a.csv')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('says nothing of where a refused path leads', async () => {
    const error = await resolveInside([first], 'out.csv').catch((thrown: unknown) => thrown)
    expect(JSON.stringify({ ...(error as Error), message: (error as Error).message })).not.toContain('secret')
  })
})

describe('dataRoots', () => {
  it('gives real paths, each once', async () => {
    expect(await dataRoots([first, join(folder, 'by-link'), second])).toEqual([first, second])
  })

  it('says which folder is wrong', async () => {
    await expect(dataRoots([join(folder, 'nowhere')])).rejects.toMatchObject({
      code: 'not-found',
      found: join(folder, 'nowhere'),
    })
    await expect(dataRoots([join(first, 'a.csv')])).rejects.toMatchObject({ code: 'input-invalid' })
  })
})

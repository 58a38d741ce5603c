import { describe, expect, it } from 'vitest'
import { locateTensorflow, verifyTensorflow } from '../../build/setup/index.ts'
import { libraryPins } from '../../build/setup/pins.ts'
import { checkPlatform } from '../../build/setup/platform.ts'
import { recipeFor } from '../../build/setup/recipe.ts'
import { temporaryFolder } from './support/temporaryFolder.ts'

const wheels = libraryPins.flatMap((pin) => pin.wheels.map((wheel) => ({ ...wheel, platform: pin.platform })))

describe('the pinned libraries', () => {
  it.each(wheels)('$file has the name that its package, version and platform give it', (wheel) => {
    const [name, version, , , tag] = wheel.file.replace(/\.whl$/, '').split('-')
    expect(name).toBe(wheel.package.replaceAll('-', '_'))
    expect(version).toBe(wheel.version)
    expect(tag).toMatch(wheel.platform === 'linux-x64' ? /x86_64$/ : /aarch64$/)
    expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(wheel.unpackedBytes).toBeGreaterThan(wheel.bytes / 2)
  })

  it('put no two files in one place', () => {
    for (const pin of libraryPins) {
      const targets = pin.wheels.flatMap((wheel) => wheel.take.map((take) => take.to))
      expect(new Set(targets).size).toBe(targets.length)
    }
  })

  it('exist for Linux alone; elsewhere the error says so and what to do', () => {
    expect(() => recipeFor('cpu', 'darwin-arm64')).toThrow(
      expect.objectContaining({
        code: 'platform-unsupported',
        expected: 'linux-x64 or linux-arm64',
        found: 'darwin-arm64',
      }),
    )
    expect(() => recipeFor('cuda', 'linux-arm64')).toThrow(expect.objectContaining({ expected: 'linux-x64' }))
  })

  it('need a glibc that is recent enough', () => {
    const { pin } = recipeFor('cpu', 'linux-x64')
    expect(() => checkPlatform(pin, '2.27')).not.toThrow()
    expect(() => checkPlatform(pin, '2.17')).toThrow(expect.objectContaining({ found: 'glibc 2.17' }))
    expect(() => checkPlatform(pin, '3.0')).not.toThrow()
  })
})

describe('an empty cache', () => {
  it('has no library, and that is no error', async () => {
    const cache = temporaryFolder()
    expect(locateTensorflow({ cache })).toMatchObject({ state: 'missing', variant: 'cpu', version: '2.21.0', bytes: 0 })
    expect(locateTensorflow({ cache, variant: 'cuda' })).toMatchObject({ state: 'missing', variant: 'cuda' })
    expect(await verifyTensorflow({ cache })).toMatchObject({ ok: false })
  })
})

import { AppError } from '../../src/shared/errors.ts'
import type { LibraryPin } from './libraryPin.ts'

/**
 * The wheels are linked against glibc: musl (Alpine) and older systems cannot load them.
 * @throws AppError `platform-unsupported`
 */
export function checkPlatform(pin: LibraryPin, glibc = runningGlibc()): void {
  if (glibc !== undefined && isAtLeast(glibc, pin.glibc)) return
  throw new AppError('platform-unsupported', 'The TensorFlow library does not run on this system.', {
    expected: `glibc ${pin.glibc} or later`,
    found: glibc === undefined ? 'a system without glibc' : `glibc ${glibc}`,
    hint: 'Use a later Linux with glibc, such as Debian 11 or Ubuntu 20.04, for example in a container.',
  })
}

function runningGlibc(): string | undefined {
  // Without this a report looks up the names of all network peers, which can take seconds. Its type does not know the property.
  Object.assign(process.report, { excludeNetwork: true })
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  return header.glibcVersionRuntime
}

function isAtLeast(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number)
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
}

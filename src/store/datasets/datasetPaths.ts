import { join, resolve } from 'node:path'

/** Folder of all datasets of a home. */
export function datasetsFolder(home: string): string {
  return join(resolve(home), 'datasets')
}

/** `<home>/datasets/<64 hexadecimal digits of the fingerprint>` */
export function datasetFolder(home: string, fingerprint: string): string {
  return join(datasetsFolder(home), hexOf(fingerprint))
}

export function encodingsFolder(dataset: string): string {
  return join(dataset, 'encodings')
}

export function encodingFolder(dataset: string, fingerprint: string): string {
  return join(encodingsFolder(dataset), hexOf(fingerprint))
}

export const manifestName = 'manifest.json'
export const encodingName = 'encoding.json'
export const vocabularyName = 'vocabulary.json'

export function hexOf(fingerprint: string): string {
  return fingerprint.replace(/^sha256:/, '')
}

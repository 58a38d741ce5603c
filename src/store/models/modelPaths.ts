import { join, resolve } from 'node:path'

export const modelFileName = 'model.safetensors'
export const modelManifestName = 'manifest.json'

/** Folder of all models of a home. */
export function modelsFolder(home: string): string {
  return join(resolve(home), 'models')
}

/** `<home>/models/<64 hexadecimal digits of the model file's sha256>` */
export function modelFolder(home: string, fingerprint: string): string {
  return join(modelsFolder(home), fingerprint.replace(/^sha256:/, ''))
}

/** The home's folder `work`, in it one by the run's key: what the run has so far. */
export function workFolder(home: string, key: string): string {
  return join(resolve(home), 'work', key)
}

export {
  describeModelFile,
  fingerprintOf,
  ModelStore,
  type DescribedModel,
  type ModelListing,
  type StoredModel,
} from './modelStore.ts'
export { modelFileName, modelFolder, modelsFolder, workFolder } from './modelPaths.ts'
export { takeRunWork, type RunWork } from './runWork.ts'

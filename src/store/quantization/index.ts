export { quantizedFileName, QuantizedStore, type StoredQuantized } from './quantizedStore.ts'

export { ExportStore, type NewExport } from './exportStore.ts'

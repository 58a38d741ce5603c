export { isLoopback } from './allowedHosts.ts'
export { readsBelow, resolveInside } from './files.ts'
export { defaultLimits, type Limits } from './limits.ts'
export { checkServeOptions, startServer, type RunningServer, type ServeOptions } from './startServer.ts'

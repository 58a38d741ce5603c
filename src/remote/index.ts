export type {
  BoardConnection,
  BoardSecrets,
  ConnectOptions,
  KeyboardPrompt,
  KnownKeys,
  LocalOptions,
  RunOptions,
  RunResult,
  SeenHostKey,
  ServerSecrets,
  UploadOptions,
} from './connection.ts'
export { connectLocal } from './local.ts'
export { connectBoard } from './ssh/connectBoard.ts'
export { HostKeyError } from './ssh/hostKeys.ts'
export { routeTo } from './ssh/route.ts'
export { describeBoard } from './describe.ts'
export { discoverBoards, type DiscoverOptions, type FoundBoard } from './discover.ts'

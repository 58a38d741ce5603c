/** Every bound of the headless host; the table in `docs/format/headless-host.md` lists them with what happens beyond each. */
export interface Limits {
  /** bytes of a request's body */
  body_bytes: number
  /** bytes of the body that carries a token */
  tokenBody_bytes: number
  /** bytes of a request's line and headers */
  headers_bytes: number
  /** bytes of one web socket message */
  message_bytes: number
  /** bytes that may wait in memory for one slow socket before it is closed */
  waiting_bytes: number
  /** bytes that wait before a stream of events is no longer read on */
  pause_bytes: number
  /** TCP connections */
  connections: number
  /** requests an address may make in a minute */
  requestsAMinute: number
  /** tokens an address may try in a minute */
  tokensAMinute: number
  /** links that are printed and not yet used; the oldest goes first */
  tokens: number
  /** sessions; the one that was idle longest goes first */
  sessions: number
  sockets: number
  socketsASession: number
  /** calls and streams under way on one socket */
  callsASocket: number
  /** messages a socket may send in a second, lastingly; a message counts once more for each 16 KiB */
  messagesASecond: number
  /** messages a socket may send at once */
  messageBurst: number
  /** bytes of one uploaded file */
  upload_bytes: number
  /** bytes of one request of an upload */
  uploadChunk_bytes: number
  /** bytes of all uploads that are there, by what they will be when they are whole */
  uploads_bytes: number
  /** uploads that are there, under way or not yet used */
  uploads: number
  /** time after which an upload that nobody goes on with or uses is taken away */
  upload_ms: number
  /** time for a request's headers to arrive */
  headers_ms: number
  /** time for a whole request to arrive */
  request_ms: number
  /** time a connection may be silent between requests */
  keepAlive_ms: number
  /** age at which an unused link is worth nothing */
  token_ms: number
  /** idle time after which a session ends; an open page is not idle */
  sessionIdle_ms: number
  /** age at which a session ends whatever happens */
  session_ms: number
  /** time between two pings; a socket that did not answer the last one is ended */
  ping_ms: number
  /** time for a socket to answer a closing */
  close_ms: number
}

const kibibyte = 1024
const mebibyte = 1024 * kibibyte
const gibibyte = 1024 * mebibyte
const minute = 60_000
const hour = 60 * minute

export const defaultLimits: Readonly<Limits> = {
  body_bytes: mebibyte,
  tokenBody_bytes: kibibyte,
  headers_bytes: 16 * kibibyte,
  message_bytes: mebibyte,
  waiting_bytes: 8 * mebibyte,
  pause_bytes: mebibyte,
  connections: 256,
  requestsAMinute: 1200,
  tokensAMinute: 10,
  tokens: 8,
  sessions: 64,
  sockets: 128,
  socketsASession: 16,
  callsASocket: 256,
  messagesASecond: 200,
  messageBurst: 400,
  upload_bytes: 16 * gibibyte,
  uploadChunk_bytes: 8 * mebibyte,
  uploads_bytes: 32 * gibibyte,
  uploads: 64,
  upload_ms: 24 * hour,
  headers_ms: 10_000,
  request_ms: 30_000,
  keepAlive_ms: 10_000,
  token_ms: 24 * hour,
  sessionIdle_ms: 12 * hour,
  session_ms: 7 * 24 * hour,
  ping_ms: 20_000,
  close_ms: 1_000,
}

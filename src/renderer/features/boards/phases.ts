import type { LiveProfile } from '../../../shared/contract/liveProfile.ts'

/** What a board is at, in words. */
export const phaseWords: Record<LiveProfile['phase'], string> = {
  connecting: 'connecting',
  reconnecting: 'line lost, connecting again',
  describing: 'asking what it is',
  preparing: 'getting the program there',
  comparing: 'comparing with the host',
  'warming-up': 'warming up',
  measuring: 'between windows',
  'sharing-out': 'finding where the time goes',
  storing: 'storing',
}

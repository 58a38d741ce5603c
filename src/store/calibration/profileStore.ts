import { profileRecordSchema, type ProfileRecord } from '../../shared/contract/calibration.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import { ContentStore, type Stored } from '../content/contentStore.ts'

export const profileFileName = 'profile.bin'

export type StoredProfile = Stored<ProfileRecord>

/** The activation profiles of a home: `<home>/profiles/<64 hexadecimal digits of the file's sha256>`. */
export class ProfileStore extends ContentStore<ProfileRecord> {
  constructor(home: string) {
    super({
      home,
      folder: 'profiles',
      schema: profileRecordSchema,
      one: 'an activation profile',
      again: nextStep('profile-activations'),
    })
  }
}

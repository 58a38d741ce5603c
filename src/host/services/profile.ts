import type { Job } from '../../shared/contract/jobs.ts'
import type {
  ProfileList,
  ProfileListInput,
  ProfileResult,
  ProfileSamples,
  ProfileStartInput,
} from '../../shared/contract/profile.ts'
import { AppError } from '../../shared/errors.ts'

/** The stage `profile` of the contract. */
export class ProfileService {
  start(input: ProfileStartInput): { job: Job } {
    throw new AppError('not-found', `There is no board ${JSON.stringify(input.boards[0])}.`)
  }

  list(_input: ProfileListInput): ProfileList {
    return { profiles: [], more: false }
  }

  show(profile: string): ProfileResult {
    throw noProfile(profile)
  }

  samples({ profile }: { profile: string; offset: number; limit: number }): ProfileSamples {
    throw noProfile(profile)
  }

  remove(_profiles: readonly string[]): { removed: string[] } {
    return { removed: [] }
  }
}

function noProfile(id: string): AppError {
  return new AppError('not-found', 'There is no such profile.', { found: id })
}

export { profileFileName, ProfileStore, type StoredProfile } from './profileStore.ts'

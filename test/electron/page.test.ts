import { describeThePage } from '../e2e/scenarios.ts'
import { standInShell } from './standInShell.ts'

describeThePage(standInShell)

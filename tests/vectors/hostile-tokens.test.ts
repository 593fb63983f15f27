import { hostileTokens } from './suites/hostile-tokens.ts'

hostileTokens()

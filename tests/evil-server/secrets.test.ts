/** A41, A42, A69, A74, A79: what an observer can learn: nothing of a secret, and nothing of why something failed. */
import './cases/leak-scan.ts'
import './cases/same-behaviour.ts'

/** A10 to A18, A35, A36, A39, A55, A58, A61 to A63: the account state, its parts, its history, its changes, its keys. */
import './cases/account-state-leaves.ts'
import './cases/account-state-history.ts'
import './cases/account-state-changes.ts'
import './cases/keys.ts'

/** A10 to A16, A35, A36, A55, A58, A61 to A63: the account state, its parts, its history, its changes. */
import './cases/account-state-leaves.ts'
import './cases/account-state-history.ts'
import './cases/account-state-changes.ts'

/** A01 to A09, A82, A89, A90: passwords, logins, sessions, clocks, locks. */
import './cases/passwords.ts'
import './cases/login.ts'
import './cases/sessions.ts'

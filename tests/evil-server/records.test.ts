/** A15, A19 to A24, A26, A27, A29, A30, A32 to A38, A43, A44, A46, A57, A58, A85, A86, A88: records, alone and in lists. */
import './cases/records-bytes.ts'
import './cases/records-places.ts'
import './cases/records-history.ts'
import './cases/records-lists.ts'
import './cases/answers.ts'

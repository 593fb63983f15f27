/** What each error means for a patient, and what they can do. Every code has its sentence; the compiler counts. */
import { type ErrorCode, isLockstitchError } from '@lockstitch/sdk'

/** A sentence that says what happened, and one that says what to do. */
export interface Message {
  readonly says: string
  readonly next: string
}

const REPORT = 'Try again. If it happens again, tell our support team. They can’t see your records.'
const REOPEN = 'Lock your records and open them again.'
const RELOAD = 'Load this page again. What you saved is safe.'
const KEPT = 'What you typed is still here. Try again in a moment.'

const MESSAGES: Record<ErrorCode, Message> = {
  ERR_ABORTED: { says: 'This was stopped.', next: 'You can start it again when you like.' },
  ERR_ACCOUNT_DESTROYED: {
    says: 'The account with this name was deleted by its owner.',
    next: 'If you have made a new one since, open it again now.',
  },
  ERR_ACCOUNT_PENDING: {
    says: 'Your recovery code is not checked yet.',
    next: 'Check your code first. Then you can save records.',
  },
  ERR_ACCOUNT_STATE: {
    says: 'Your account does not look the way you left it.',
    next: `We stopped, to be safe. ${REPORT}`,
  },
  ERR_AUDIT_BROKEN: {
    says: 'The list of what happened to your account is not whole: the server has changed it or left something out.',
    next: 'Your records are not affected. Tell the people who run this service.',
  },
  ERR_CONFLICT: {
    says: 'This was changed on another device.',
    next: 'Both versions are kept. Open “Waiting” and choose one.',
  },
  ERR_DEVICE_REVOKED: {
    says: 'This device is not remembered any more.',
    next: 'Open your records with your password or your recovery code.',
  },
  ERR_DEVICE_SHARED: {
    says: 'A shared computer is not remembered.',
    next: 'Sign in without "shared computer" if it is only yours.',
  },
  ERR_DIGEST_MISMATCH: {
    says: 'A part of this record was changed by someone else.',
    next: `We did not open it. ${REPORT}`,
  },
  ERR_ENVIRONMENT: {
    says: 'This browser can’t lock your records.',
    next: 'Update your browser, or use a newer one. The address must start with https.',
  },
  ERR_ESCROW_CARD: { says: 'This card is not complete.', next: 'Ask for it again and copy all of it.' },
  ERR_ESCROW_DIGITS: {
    says: 'These are not the digits of this request.',
    next: 'Have them read to you once more. If they still differ, say no: someone else may have asked.',
  },
  ERR_ESCROW_ENDED: { says: 'This request is over.', next: 'Make a new one.' },
  ERR_ESCROW_RELEASED: {
    says: 'It is too late to stop this request.',
    next: 'If you did not make it, turn off your helpers now and set a new password.',
  },
  ERR_ESCROW_RULE: {
    says: 'This does not work as a choice of helpers.',
    next: 'Choose 2 to 16 different people, and a time from one hour to 30 days.',
  },
  ERR_ESCROW_SHARE: { says: 'A helper’s part does not fit.', next: 'Ask another helper, or the same one again.' },
  ERR_ESCROW_WAITING: {
    says: 'It is not time yet, or not enough helpers have said yes.',
    next: 'Talk to your helpers. Then try again later.',
  },
  ERR_FIELD_UNKNOWN: { says: 'This record has a part that we do not know.', next: REPORT },
  ERR_FILE_MISSING: { says: 'The server does not have this file any more.', next: 'Attach it again.' },
  ERR_FILE_QUOTA: { says: 'There is no room for more files.', next: 'Remove files that are no longer needed.' },
  ERR_FILE_SOURCE: { says: 'The file could not be read.', next: 'Choose it again.' },
  ERR_FORBIDDEN: { says: 'This record is in another account.', next: 'Open the account that it is in.' },
  ERR_FORMAT_INVALID: {
    says: 'This record is damaged.',
    next: `We can’t read it. Your other records are not touched. ${REPORT}`,
  },
  ERR_FORMAT_LIMIT: { says: 'This is too big to be saved.', next: 'Make it shorter, or save it in parts.' },
  ERR_FORMAT_VERSION: { says: 'This record was saved by another version of this app.', next: RELOAD },
  ERR_HANDLE_INVALID: { says: 'This sign-in name is too short or too long.', next: 'Use 3 to 254 letters.' },
  ERR_HANDLE_TAKEN: {
    says: 'This sign-in name is taken.',
    next: 'Choose another one. Is it your account? Then open your records instead.',
  },
  ERR_INTERNAL: { says: 'Something went wrong on our side.', next: REPORT },
  ERR_KDF_PARAMS: {
    says: 'The server asked for a weak lock.',
    next: 'We said no, to keep you safe. Do not enter your password here again. Tell our support team.',
  },
  ERR_KEY_INVALID: { says: 'The lock of your account does not fit.', next: `We stopped, to be safe. ${REPORT}` },
  ERR_KEY_WAITING: { says: 'Something on this device has not been sent yet.', next: REPORT },
  ERR_KEY_IN_USE: {
    says: 'Something else is still locked with the same keys.',
    next: 'Remove the files that are attached to your records. Then try again.',
  },
  ERR_KEY_STATE: { says: 'This record was locked in an old way.', next: REOPEN },
  ERR_KEY_UNKNOWN: { says: 'We do not have what is needed to open this.', next: REOPEN },
  ERR_LINK_CODE: { says: 'This is not the code of a new device.', next: 'Show the code on the new device again.' },
  ERR_LINK_FAILED: {
    says: 'The devices were not linked.',
    next: 'Begin again on the new device. Compare the words before you go on.',
  },
  ERR_LOCKED: { says: 'Your records are locked.', next: 'Open them with your password.' },
  ERR_MODEL_INVALID: { says: 'This app has a mistake in it.', next: REPORT },
  ERR_NAME_INVALID: { says: 'This name cannot be used.', next: 'Choose a short name that is not empty.' },
  ERR_NONCE_REUSED: { says: 'The server did not take this record.', next: KEPT },
  ERR_OFFLINE: { says: 'We can’t reach the server.', next: 'Check your internet connection. Then try again.' },
  ERR_OPEN_FAILED: {
    says: 'This record can’t be opened.',
    next: `It was changed or damaged. Your other records are not touched. ${REPORT}`,
  },
  ERR_PASSKEY_CANCELLED: {
    says: 'The passkey wasn’t used.',
    next: 'Try again, or use your password or your recovery code.',
  },
  ERR_PASSKEY_NO_SECRET: {
    says: 'This passkey can’t open an account.',
    next: 'Use another device or another password manager for it, or your password or recovery code.',
  },
  ERR_PASSKEY_UNSUPPORTED: {
    says: 'This browser can’t use passkeys here.',
    next: 'Use your password or your recovery code.',
  },
  ERR_PASSWORD_INVALID: { says: 'This password can’t be used.', next: 'Type a password with 10 or more letters.' },
  ERR_PIN_INVALID: { says: 'A PIN has 4 to 12 characters.', next: 'Choose another one.' },
  ERR_PIN_WRONG: { says: 'This is not the PIN.', next: 'Try again. After five wrong ones this device is forgotten.' },
  ERR_PROTOCOL: { says: 'The server gave an answer that makes no sense.', next: KEPT },
  ERR_RATE_LIMITED: { says: 'That was too many tries in a short time.', next: 'Wait a few minutes. Then try again.' },
  ERR_RECORD_ID: { says: 'This link is not right.', next: 'Go back to your records and open it from there.' },
  ERR_RECORD_MISSING: {
    says: 'A record that you saved is not on the server.',
    next: `The server should have it. ${REPORT}`,
  },
  ERR_RECORD_NOT_FOUND: {
    says: 'There is no such record.',
    next: 'It may have been deleted. Go back to your records.',
  },
  ERR_RECOVERY_CODE: {
    says: 'This code is not right.',
    next: 'Look for a typing mistake. The code has 9 groups of 4.',
  },
  ERR_REJECTED_BY_SERVER: { says: 'The server did not take this.', next: KEPT },
  ERR_REQUEST_REPLAYED: {
    says: 'The server did not take this.',
    next: 'Check the date and time of your device. Then try again.',
  },
  ERR_ROLLBACK: { says: 'The server shows an old version of your records.', next: `We stopped, to be safe. ${REPORT}` },
  ERR_ROTATION_NONE: { says: 'There is nothing to undo.', next: 'Your records are locked in the newest way.' },
  ERR_SERVER: { says: 'The server has a problem right now.', next: KEPT },
  ERR_SESSION: { says: 'You were signed out, to be safe.', next: REOPEN },
  ERR_SIGNATURE_INVALID: { says: 'The server could not tell that this came from you.', next: REOPEN },
  ERR_SLOT_NEEDED: {
    says: 'This way in cannot be removed: two must be left.',
    next: 'Add another way in first.',
  },
  ERR_SLOT_UNKNOWN: {
    says: 'This way in was removed already.',
    next: 'Open the page again to see the ways in that are left.',
  },
  ERR_STORAGE_BLOCKED: {
    says: 'Another tab of this app is in the way.',
    next: 'Close the other tabs of this app. Then try again.',
  },
  ERR_STORAGE_LOST: {
    says: 'This browser removed what it had kept.',
    next: 'What was sent to the server is safe. Load this page again.',
  },
  ERR_STORAGE_QUOTA: { says: 'This device is full.', next: 'Make some space on it. Then try again.' },
  ERR_STORAGE_TAMPERED: {
    says: 'Someone or something changed what this browser keeps.',
    next: `We stopped, to be safe. ${REPORT}`,
  },
  ERR_TEXT_INVALID: { says: 'This text has a broken letter in it.', next: 'Type it again. Do not paste it.' },
  ERR_UNLOCK_FAILED: {
    says: 'This does not open your records.',
    next: 'Check what you typed. Look at capital letters too.',
  },
  ERR_VALUE_INVALID: { says: 'A part of this is not the right kind.', next: 'Check dates and numbers.' },
  ERR_WORKER_GONE: {
    says: 'Your records were closed by the browser.',
    next: 'Open them again with your password. What you saved is safe.',
  },
  ERR_WORKER_METHOD: { says: 'This app has a mistake in it.', next: REPORT },
  ERR_WORKER_START: { says: 'This app could not start.', next: RELOAD },
  ERR_WORKER_TIMEOUT: { says: 'This took too long.', next: 'Your device may be busy. Try again.' },
}

/** The code of whatever was thrown. */
export function codeOf(error: unknown): ErrorCode {
  return isLockstitchError(error) ? error.code : 'ERR_INTERNAL'
}

/** What a code means for a patient. */
export function messageOf(code: ErrorCode): Message {
  return MESSAGES[code]
}

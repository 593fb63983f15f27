import { destination, type Logger, pino } from 'pino'

const STDERR = 2

/** A logger of JSON lines to standard error, or to `sink`. */
export function createLog(level: 'silent' | 'error' | 'info', sink?: { write(line: string): void }): Logger {
  return pino({ level, base: null }, sink ?? destination({ dest: STDERR, sync: true }))
}

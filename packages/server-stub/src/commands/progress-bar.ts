const BAR_CHARS = 24
const TERMINAL_MS = 100
const PLAIN_MS = 10_000

/** Shows how far a run is: a bar on a terminal, a plain line now and then elsewhere. It shows counts, never a value. */
export interface ProgressBar {
  /** @param fraction of the source, where its size is known */
  show(done: number, failed: number, fraction: number | undefined): void
  end(): void
}

/** A bar on standard error. `NO_COLOR` is respected. */
export function createProgressBar(stream: NodeJS.WriteStream = process.stderr): ProgressBar {
  const { isTTY } = stream
  const hasColour = isTTY && (process.env['NO_COLOR'] ?? '') === ''
  let last = Date.now()
  let isShown = false
  return {
    show(done, failed, fraction) {
      if (Date.now() - last < (isTTY ? TERMINAL_MS : PLAIN_MS)) return
      last = Date.now()
      const percent = fraction === undefined ? '' : `${Math.floor(fraction * 100)} % `
      const failures = `${failed} failed`
      if (!isTTY) return void stream.write(`${percent}${done} records, ${failures}\n`)
      const filled = Math.floor((fraction ?? 0) * BAR_CHARS)
      const bar = fraction === undefined ? '' : `[${'#'.repeat(filled).padEnd(BAR_CHARS, '.')}] `
      const shown = hasColour && failed > 0 ? `\u{1b}[31m${failures}\u{1b}[0m` : failures
      stream.write(`\r\u{1b}[K${bar}${percent}${done} records, ${shown}`)
      isShown = true
    },
    end() {
      if (isShown) stream.write('\r\u{1b}[K')
    },
  }
}

/** The clock of this side, wrong by some time; the server of a test has the same, unless it is moved. */
import { vi } from 'vitest'

/** Sets this device's clock wrong from now on; gives what puts it right. */
export function shiftClock(ms: number): () => void {
  const real = performance.timeOrigin + performance.now()
  const began = performance.now()
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => Math.floor(real + ms + performance.now() - began))
  return () => clock.mockRestore()
}

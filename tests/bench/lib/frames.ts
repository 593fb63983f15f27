/** What a page's thread does while something else works: its frames, its long tasks. */
import type { Figures } from './workload.ts'

/** Watches the page while `work` runs. `gap` is the longest time between two frames, in milliseconds. */
export async function watchPage(work: (progress: () => void) => Promise<unknown>): Promise<Figures> {
  let last = await nextFrame()
  let gap = 0
  let watching = true
  const tick = (now: number): void => {
    gap = Math.max(gap, now - last)
    last = now
    if (watching) requestAnimationFrame(tick)
  }
  requestAnimationFrame(tick)
  let longTasks = 0
  const observer = new PerformanceObserver((list) => (longTasks += list.getEntries().length))
  observer.observe({ type: 'longtask' })
  let heard = performance.now()
  let silence = 0
  const progress = (): void => {
    const now = performance.now()
    silence = Math.max(silence, now - heard)
    heard = now
  }
  await work(progress)
  progress()
  await nextFrame()
  await nextFrame()
  watching = false
  longTasks += observer.takeRecords().length
  observer.disconnect()
  return { gap, longTasks, silence }
}

function nextFrame(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(resolve))
}

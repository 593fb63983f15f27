/** One short message about what was just done. It goes away with the next move. */
import { createStore, type Store } from './store.ts'

interface Flash {
  readonly text: string
  /** Moves that it outlives: one when it was said on the way to another screen. */
  readonly moves: number
}

export const flash: Store<Flash> = createStore<Flash>({ text: '', moves: 0 })

/** Says that something was done, here or on the screen that comes next. */
export function say(text: string, where: 'here' | 'next'): void {
  flash.set({ text, moves: where === 'next' ? 1 : 0 })
}

window.addEventListener('hashchange', () => {
  const { text, moves } = flash.get()
  if (moves > 0) flash.set({ moves: moves - 1 })
  else if (text !== '') flash.reset()
})

/** One short message about what was just done. It goes away with the next move. */
import { createStore, type Store } from './store.ts'

interface Flash {
  readonly text: string
  /** When it was said. */
  readonly at: number
}

/** The move that belongs to what was done comes within this time, and does not take the message away. */
const OWN_MOVE_MS = 200

export const flash: Store<Flash> = createStore<Flash>({ text: '', at: 0 })

/** Says that something was done. */
export function say(text: string): void {
  flash.set({ text, at: Date.now() })
}

window.addEventListener('hashchange', () => {
  const { text, at } = flash.get()
  if (text !== '' && Date.now() - at > OWN_MOVE_MS) flash.reset()
})

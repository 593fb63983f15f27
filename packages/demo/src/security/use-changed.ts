/** What a part of the Security page does once something in it was changed: it says so, asks anew, and keeps the focus near. */
import { type RefObject, useRef } from 'react'
import { say } from '../state/flash.ts'

interface Changed<E extends HTMLElement> {
  /** Where the focus goes when the button that had it is gone. */
  readonly place: RefObject<E | null>
  readonly changed: (text: string) => Promise<void>
}

/** @param reload Asks for what is shown once more. */
export function useChanged<E extends HTMLElement>(reload: () => Promise<void>): Changed<E> {
  const place = useRef<E>(null)
  const changed = async (text: string): Promise<void> => {
    say(text)
    await reload()
    // Once all is drawn, unless something still has it.
    requestAnimationFrame(() => {
      if (document.activeElement === null || document.activeElement === document.body) place.current?.focus()
    })
  }
  return { place, changed }
}

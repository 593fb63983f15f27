/** Gives the focus back to the button of a form: while it is disabled, nothing has it. */
import { type RefObject, useEffect, useRef } from 'react'

/** Once the form is not busy any more, unless something else took the focus. */
export function useFocusBack(form: RefObject<HTMLFormElement | null>, isBusy: boolean): void {
  const wasBusy = useRef(false)
  useEffect(() => {
    if (wasBusy.current && !isBusy && document.activeElement === document.body)
      form.current?.querySelector<HTMLElement>('[type="submit"]')?.focus()
    wasBusy.current = isBusy
  }, [form, isBusy])
}

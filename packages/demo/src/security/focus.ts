/** Where the focus goes when the button that had it is gone. */

/** Once all is drawn: moves the focus to an element, unless something still has it. */
export function focusIfLost(element: HTMLElement | null): void {
  requestAnimationFrame(() => {
    if (document.activeElement === null || document.activeElement === document.body) element?.focus()
  })
}

/** The few pictures of the app, drawn with one kind of line. They say nothing that the text beside them does not. */
import type { ReactElement } from 'react'

const PATHS = {
  lock: 'M7 11V8a5 5 0 0 1 10 0v3M5.5 11h13v9h-13zM12 14.5v2.5',
  open: 'M7 11V8a5 5 0 0 1 9.6-2M5.5 11h13v9h-13zM12 14.5v2.5',
  plus: 'M12 5v14M5 12h14',
  file: 'M7 3.5h7l4 4v13H7zM14 3.5v4h4M12 17v-6M9.5 13.5 12 11l2.5 2.5',
  form: 'M6 3.5h12v17H6zM9 8h6M9 12h6M9 16h3.5',
  search: 'M11 4.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13ZM15.8 15.8 20 20',
  check: 'M5 12.5 10 17.5 19 7.5',
  alert: 'M12 4 21 19.5H3zM12 10v4.5M12 17v.2',
  info: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM12 11v5.5M12 7.8v.2',
  print: 'M7 9V3.5h10V9M7 17H4V9h16v8h-3M7 14h10v6.5H7z',
  save: 'M12 4v11M7.5 11 12 15.5 16.5 11M4.5 19.5h15',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 9.3a2.7 2.7 0 1 1 0 5.4 2.7 2.7 0 0 1 0-5.4Z',
  trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5',
  edit: 'M4.5 19.5 5.5 15 16 4.5 19.5 8 9 18.5zM14 6.5l3.5 3.5',
  away: 'M3.5 3.5l17 17M7 18h10.5a4 4 0 0 0 2.3-.8M20.8 15.4A4 4 0 0 0 17.5 10 6 6 0 0 0 10.6 6.2M6.8 9.2A4.5 4.5 0 0 0 7 18',
  clock: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM12 7.5V12l3 2',
  image: 'M4 5h16v14H4zM4 16l4.5-4.5 4 4 3-3L20 17M15.5 8.6v.2',
  next: 'M9 5.5 15.5 12 9 18.5',
  back: 'M15 5.5 8.5 12l6.5 6.5',
  down: 'M5.5 9 12 15.5 18.5 9',
  server: 'M4 5h16v5.5H4zM4 13.5h16V19H4zM7.5 7.8v.1M7.5 16.2v.1',
  person: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM4.5 20.5c1-4.5 4-6 7.5-6s6.5 1.5 7.5 6',
} as const

/** Name of a picture. */
export type IconName = keyof typeof PATHS

/** A picture beside a text. */
export function Icon({ name }: { readonly name: IconName }): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  )
}

/** What is around every screen: the name, the ways to go, the lock, and what the user should know right now. */
import type { ReactElement, ReactNode } from 'react'
import { flash } from '../state/flash.ts'
import { useOnline } from '../state/online.ts'
import { outbox } from '../state/outbox.ts'
import { type Route, useRoute } from '../state/route.ts'
import { lock, session } from '../state/session.ts'
import { useStore } from '../state/store.ts'
import { Button } from './button.tsx'
import { IdleDialog } from './idle-dialog.tsx'
import { Logo } from './logo.tsx'
import { Notice } from './notice.tsx'
import { UnsentDialog } from './unsent-dialog.tsx'

const SHARED_KEPT =
  'What you save waits only while your records are open: this is a shared computer, and nothing stays on it.'

/** The frame of the app. */
export function Shell({ children }: { readonly children: ReactNode }): ReactElement {
  const { phase } = useStore(session)
  const { text } = useStore(flash)
  return (
    <>
      <a className="skip" href="#main" onClick={skipToMain}>
        Skip to the main part
      </a>
      <header className="header">
        <div className="header-row">
          <a href="#/" className="home-link" aria-label="Lockstitch, start page">
            <Logo />
          </a>
          {phase === 'open' && <Navigation />}
          {phase !== 'locked' && (
            <Button look="quiet" icon="lock" onPress={() => void lock()}>
              Lock
            </Button>
          )}
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <Connection isOpen={phase === 'open'} />
        <div role="status" className="flash">
          {text !== '' && <Notice tone="good">{text}</Notice>}
        </div>
        {children}
      </main>
      <footer className="footer">
        <p>
          A demonstration of Lockstitch. Your records are locked on this device before they are sent. Please do not use
          it for real care yet.
        </p>
      </footer>
      {phase !== 'locked' && <IdleDialog />}
      {phase !== 'locked' && <UnsentDialog />}
    </>
  )
}

/** The link's own address would be taken for a place in the app. */
function skipToMain(event: { preventDefault: () => void }): void {
  event.preventDefault()
  document.getElementById('main')?.focus()
}

function Navigation(): ReactElement {
  const route = useRoute()
  const { pending } = useStore(outbox)
  const link = (name: 'start' | 'import' | 'security' | 'waiting', href: string, text: ReactNode): ReactElement => (
    <a href={href} aria-current={isAt(route, name) ? 'page' : undefined}>
      {text}
    </a>
  )
  return (
    <nav aria-label="Main" className="nav">
      {link('start', '#/', 'My records')}
      {link('import', '#/import', 'Add a file')}
      {link('security', '#/security', 'Security')}
      {pending.length > 0 && link('waiting', '#/waiting', <>Waiting ({pending.length})</>)}
    </nav>
  )
}

function isAt(route: Route, name: Route['name']): boolean {
  return route.name === name
}

function Connection({ isOpen }: { readonly isOpen: boolean }): ReactElement {
  const isOnline = useOnline()
  const isWaitingPage = useRoute().name === 'waiting'
  const { pending } = useStore(outbox)
  const { isShared, warning } = useStore(session)
  const count = isOpen ? pending.filter(({ state }) => state === 'waiting').length : 0
  const choices = isOpen ? pending.length - count : 0
  return (
    <div role="status" className="connection">
      {warning?.reason === 'absolute' && (
        <Notice tone="warn" icon="clock">
          <p>
            <strong>Your records lock in less than a minute.</strong> They have been open for a day. Save what you
            typed. Then open them again.
          </p>
        </Notice>
      )}
      {!isOnline && (
        <Notice tone="warn" icon="away">
          <p>
            <strong>You are offline.</strong>{' '}
            {isOpen
              ? `You can still read and write. ${isShared ? SHARED_KEPT : 'What you save is locked and kept on this device until it can be sent.'}`
              : 'You need the internet to open your records.'}
          </p>
          {count > 0 && <Waiting count={count} isLink={!isWaitingPage} />}
        </Notice>
      )}
      {isOnline && count > 0 && !isWaitingPage && (
        <Notice tone="info" icon="clock">
          <Waiting count={count} isLink />
        </Notice>
      )}
      {choices > 0 && !isWaitingPage && (
        <Notice tone="warn">
          <p>
            <strong>{choices === 1 ? '1 change needs' : `${choices} changes need`} your choice.</strong>{' '}
            <a href="#/waiting">Look at it now</a>
          </p>
        </Notice>
      )}
    </div>
  )
}

function Waiting({ count, isLink }: { readonly count: number; readonly isLink: boolean }): ReactElement {
  return (
    <p>
      <strong>{count === 1 ? '1 change is' : `${count} changes are`} waiting to be sent.</strong>{' '}
      {isLink && <a href="#/waiting">See what is waiting</a>}
    </p>
  )
}

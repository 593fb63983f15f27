/** The first screen: what this is, and the three ways in. */
import type { ReactElement } from 'react'
import { ButtonLink } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { Screen } from '../parts/screen.tsx'

/** Create, open, or recover. */
export function WelcomeScreen(): ReactElement {
  return (
    <Screen
      title="Your health records, locked by you"
      size="wide"
      lead="Fill in forms before a visit. Keep your health files in one place. Only you can open them."
    >
      <div className="welcome">
        <div className="card welcome-ways">
          <ButtonLink href="#/create" look="main">
            Create my account
          </ButtonLink>
          <ButtonLink href="#/unlock" icon="open">
            Open my records
          </ButtonLink>
          <p>
            Lost your password? <a href="#/recover">Use your recovery code</a>
          </p>
        </div>
        <div className="welcome-why">
          <Example />
          <ul className="facts">
            <li>
              <Icon name="lock" />
              <div>
                <h2>Locked before it leaves</h2>
                <p>This device locks your records. Our server stores them, but it can’t read them.</p>
              </div>
            </li>
            <li>
              <Icon name="open" />
              <div>
                <h2>You have two ways in</h2>
                <p>Your password, and a recovery code that you keep on paper.</p>
              </div>
            </li>
            <li>
              <Icon name="person" />
              <div>
                <h2>Nobody else has a way in</h2>
                <p>
                  Nobody, not even our support team, can reset your password. That is what keeps your records private.
                </p>
              </div>
            </li>
          </ul>
        </div>
      </div>
    </Screen>
  )
}

/** The idea in one picture: the same words on both sides of the lock. */
function Example(): ReactElement {
  return (
    <div className="example">
      <div className="example-open">
        <p className="example-label">You write</p>
        <p>My knee hurts at night.</p>
      </div>
      <Icon name="lock" />
      <div className="example-sealed">
        <p className="example-label">Our server gets</p>
        <p className="example-text" aria-hidden="true">
          ls1.fQ8v2Lx0aZk.Jr5mV0cTnW7yD4kXbE9uHsPq1oLgRz3A
        </p>
        <p className="visually-hidden">a text that it can’t read</p>
      </div>
    </div>
  )
}

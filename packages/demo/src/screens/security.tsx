/** The Security page: ways in, what happened, keys, trusted people; and its tasks, a screen each. */
import type { ReactElement } from 'react'
import { ButtonLink } from '../parts/button.tsx'
import { Screen } from '../parts/screen.tsx'
import { AlarmScreen } from '../security/alarm-screen.tsx'
import { HappenedSection } from '../security/happened.tsx'
import { HelpersScreen } from '../security/helpers-screen.tsx'
import { HelpersSection } from '../security/helpers.tsx'
import { KeysSection } from '../security/keys.tsx'
import { KitScreen } from '../security/kit-screen.tsx'
import { LeaveScreen } from '../security/leave-screen.tsx'
import { DeviceScreen, PasskeyScreen, PasswordScreen, TestScreen } from '../security/tasks.tsx'
import { WaysSection } from '../security/ways.tsx'
import type { SecurityTask } from '../state/route.ts'

const TASKS: Readonly<Record<SecurityTask, () => ReactElement>> = {
  password: PasswordScreen,
  kit: KitScreen,
  test: TestScreen,
  passkey: PasskeyScreen,
  device: DeviceScreen,
  alarm: AlarmScreen,
  helpers: HelpersScreen,
  leave: LeaveScreen,
}

/** The page, or one of its tasks. */
export function SecurityScreens({ task }: { readonly task: SecurityTask | undefined }): ReactElement {
  if (task === undefined) return <SecurityScreen />
  const Task = TASKS[task]
  return <Task />
}

function SecurityScreen(): ReactElement {
  return (
    <Screen title="Security" size="wide" lead="Who can open your records, and what happened to them.">
      <div className="actions">
        <ButtonLink href="#/security/alarm" look="danger" icon="alert">
          I think somebody got in
        </ButtonLink>
      </div>
      <WaysSection />
      <HappenedSection />
      <KeysSection />
      <HelpersSection />
      <section className="card" aria-labelledby="leave">
        <h2 id="leave">Leave for good</h2>
        <p className="hint">Delete your account and all that you keep in it. Nobody can undo that.</p>
        <div className="actions">
          <ButtonLink href="#/security/leave" icon="trash">
            Delete my account
          </ButtonLink>
        </div>
      </section>
    </Screen>
  )
}

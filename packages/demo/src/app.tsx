/** Which screen is shown: what is locked shows only ways in, and an unchecked recovery code is checked first. */
import type { ReactElement } from 'react'
import { Shell } from './parts/shell.tsx'
import { ConfirmScreen } from './screens/confirm.tsx'
import { CreateScreen } from './screens/create.tsx'
import { DestroyScreen } from './screens/destroy.tsx'
import { FarewellScreen } from './screens/farewell.tsx'
import { HomeScreen } from './screens/home.tsx'
import { ImportScreen } from './screens/import.tsx'
import { IntakeScreen } from './screens/intake.tsx'
import { NewPasswordScreen } from './screens/new-password.tsx'
import { RecordScreen } from './screens/record.tsx'
import { RecoverScreen } from './screens/recover.tsx'
import { SecurityScreens } from './screens/security.tsx'
import { UnlockScreen } from './screens/unlock.tsx'
import { WaitingScreen } from './screens/waiting.tsx'
import { WelcomeScreen } from './screens/welcome.tsx'
import { farewell } from './state/farewell.ts'
import { isReturning } from './state/returning.ts'
import { type Route, useRoute } from './state/route.ts'
import { session } from './state/session.ts'
import { useStore } from './state/store.ts'

/** The whole app. */
export function App(): ReactElement {
  const { phase } = useStore(session)
  const route = useRoute()
  return (
    <Shell>
      {phase === 'open' ? (
        <OpenScreen route={route} />
      ) : phase === 'confirm' ? (
        <ConfirmScreen />
      ) : phase === 'password' ? (
        <NewPasswordScreen />
      ) : (
        <LockedScreen route={route} />
      )}
    </Shell>
  )
}

function LockedScreen({ route }: { readonly route: Route }): ReactElement {
  const { certificate } = useStore(farewell)
  if (certificate !== '') return <FarewellScreen />
  switch (route.name) {
    case 'start':
      return isReturning() ? <UnlockScreen /> : <WelcomeScreen />
    case 'create':
      return <CreateScreen />
    case 'recover':
      return <RecoverScreen />
    default:
      // A place inside the records: it is still there once they are open.
      return <UnlockScreen />
  }
}

function OpenScreen({ route }: { readonly route: Route }): ReactElement {
  switch (route.name) {
    case 'import':
      return <ImportScreen />
    case 'new':
      return <IntakeScreen key="new" id={undefined} />
    case 'edit':
      return <IntakeScreen key={route.id} id={route.id} />
    case 'record':
      return <RecordScreen key={route.id} kind={route.kind} id={route.id} />
    case 'destroy':
      return <DestroyScreen key={route.id} kind={route.kind} id={route.id} />
    case 'security':
      return <SecurityScreens task={route.task} />
    case 'waiting':
      return <WaitingScreen />
    default:
      return <HomeScreen />
  }
}

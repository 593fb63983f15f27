/** How far the renewal is that runs in this page, with its pause. */
import { type ReactElement, useEffect, useRef } from 'react'
import { Button } from '../parts/button.tsx'
import { ErrorNotice, Notice } from '../parts/notice.tsx'
import { Progress } from '../parts/progress.tsx'
import { pause, renew, renewal } from '../state/renewal.ts'
import { useStore } from '../state/store.ts'
import { countOf, KEY_NAMES } from './words.ts'

/** Nothing while there was none. It takes the focus when it appears and when it ends, since the button that began it rests. */
export function RenewalBar(): ReactElement | null {
  const { of, state, done, total, problem, report } = useStore(renewal)
  const box = useRef<HTMLDivElement>(null)
  const before = useRef(state)
  useEffect(() => {
    if (state !== before.current && state !== 'pausing') box.current?.focus()
    before.current = state
  }, [state])
  if (of === null) return null
  const isRunning = state === 'running' || state === 'pausing'
  return (
    <div ref={box} tabIndex={-1} className="renewal" role="group" aria-label={`Renewal: ${KEY_NAMES[of]}`}>
      {isRunning && (
        <>
          <Progress
            label={state === 'pausing' ? 'Pausing after this step' : `Renewing: ${KEY_NAMES[of]}`}
            done={done}
            {...(total === undefined ? {} : { total })}
          />
          <div>
            <Button isDisabled={state === 'pausing'} onPress={pause}>
              Pause
            </Button>
          </div>
        </>
      )}
      {state === 'paused' && (
        <Notice tone="info" icon="clock" role="status">
          <p>
            <strong>Paused.</strong> What is done stays done, and everything can be read and saved. Go on when you like.
          </p>
          <Button look="main" onPress={() => void renew(of)}>
            Go on
          </Button>
        </Notice>
      )}
      <ErrorNotice code={state === 'failed' ? problem : null}>
        <p>Nothing is lost. You can go on where it stopped.</p>
        <Button onPress={() => void renew(of)}>Go on</Button>
      </ErrorNotice>
      {state === 'done' && report !== null && (
        <Notice tone={report.isComplete ? 'good' : 'warn'} role="status">
          {report.isComplete ? (
            <p>
              <strong>The key is renewed: {KEY_NAMES[of]}.</strong> {countOf(report.resealed, 'record')}{' '}
              {report.resealed === 1 ? 'was' : 'were'} locked anew, and every record was read to be sure.
            </p>
          ) : (
            <p>
              <strong>The renewal is not complete.</strong> {countOf(report.failed.length, 'record')} could not be
              locked anew, so the old key stays until they can. Nothing is lost. Go on later.
            </p>
          )}
        </Notice>
      )}
    </div>
  )
}

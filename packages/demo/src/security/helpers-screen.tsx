/** Chooses the helpers: their cards, compared digit by digit, how many it takes, and how long it waits. */
import type { CardInfo } from '@lockstitch/sdk'
import { type ReactElement, useId, useState } from 'react'
import { client } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { ErrorNotice } from '../parts/notice.tsx'
import { useTask } from '../parts/use-task.ts'
import { Digits } from './digits.tsx'
import { ProofFields } from './proof-fields.tsx'
import { TaskForm } from '../parts/task-form.tsx'
import { finish, TaskScreen } from './task-screen.tsx'
import { useProof } from './use-proof.ts'
import { countOf } from './words.ts'

interface Chosen extends CardInfo {
  readonly card: string
  /** The user has heard the same digits from the person. */
  readonly isCompared: boolean
}

const MOST = 16
const DAY_MS = 86_400_000
const WAITS = [1, 3, 7, 14]

/** A card after the other, then the rule. */
export function HelpersScreen(): ReactElement {
  const proof = useProof()
  const [chosen, setChosen] = useState<readonly Chosen[]>([])
  const [threshold, setThreshold] = useState(2)
  const [days, setDays] = useState(3)
  const id = useId()
  const isCompared = chosen.every((one) => one.isCompared)
  const work = async (): Promise<void> => {
    const custodians = chosen.map(({ card }) => card)
    await client.escrow.configure({ with: proof.opening(), custodians, threshold, delayMs: days * DAY_MS })
    finish('helpers', `Your helpers are chosen. ${threshold} of ${chosen.length} can open your records together.`)
  }
  const isReady = proof.isComplete && chosen.length >= 2 && isCompared && threshold <= chosen.length
  return (
    <TaskScreen
      title="Choose your helpers"
      lead="Choose people who know you and who would not do it against your will. Ask each for their card: it is on their Security page."
    >
      <AddCard chosen={chosen} onAdd={(card) => setChosen([...chosen, card])} />
      <ul className="plain-list">
        {chosen.map((one, index) => (
          <li key={one.account} className="stack">
            <Digits label={`Helper ${index + 1}`} value={one.digits} />
            <label className="pick">
              <input
                type="checkbox"
                checked={one.isCompared}
                onChange={({ target }) =>
                  setChosen(chosen.map((other) => (other === one ? { ...one, isCompared: target.checked } : other)))
                }
              />
              <span>Helper {index + 1} read the same digits to me, on the phone or face to face</span>
            </label>
            <div>
              <Button look="plain" onPress={() => setChosen(chosen.filter((other) => other !== one))}>
                Take helper {index + 1} off
              </Button>
            </div>
          </li>
        ))}
      </ul>
      {chosen.length >= 2 && (
        <TaskForm
          submit="Choose these helpers"
          busy="Choosing your helpers. This takes a few seconds."
          isReady={isReady}
          work={work}
        >
          {({ isTried, isBusy }) => (
            <>
              <div className="field">
                <label htmlFor={`${id}-of`}>How many of them must say yes?</label>
                <select
                  id={`${id}-of`}
                  className="input"
                  value={Math.min(threshold, chosen.length)}
                  onChange={({ target }) => setThreshold(Number(target.value))}
                >
                  {chosen.slice(1).map((one, index) => (
                    <option key={one.account} value={index + 2}>
                      {index + 2} of {chosen.length}
                    </option>
                  ))}
                </select>
              </div>
              <div className="field">
                <label htmlFor={`${id}-wait`}>How long should it wait, so that you can stop it?</label>
                <select
                  id={`${id}-wait`}
                  className="input"
                  value={days}
                  onChange={({ target }) => setDays(Number(target.value))}
                >
                  {WAITS.map((wait) => (
                    <option key={wait} value={wait}>
                      {countOf(wait, 'day')}
                    </option>
                  ))}
                </select>
              </div>
              <ProofFields proof={proof} isTried={isTried} isReadOnly={isBusy} />
              {isTried && !isCompared && (
                <p className="problem" role="alert">
                  Compare the digits of every helper first, and tick the box.
                </p>
              )}
            </>
          )}
        </TaskForm>
      )}
    </TaskScreen>
  )
}

interface AddCardProps {
  readonly chosen: readonly Chosen[]
  readonly onAdd: (card: Chosen) => void
}

function AddCard({ chosen, onAdd }: AddCardProps): ReactElement | null {
  const [text, setText] = useState('')
  const [isTwice, setTwice] = useState(false)
  const { isBusy, problem, run } = useTask()
  if (chosen.length >= MOST) return null
  const add = (): Promise<boolean> =>
    run(async () => {
      const info = await client.escrow.inspect(text.trim())
      const isKnown = chosen.some(({ account }) => account === info.account)
      setTwice(isKnown)
      if (isKnown) return
      onAdd({ ...info, card: text.trim(), isCompared: false })
      setText('')
    })
  return (
    <div className="stack">
      <Field
        label="Card of a helper"
        hint="Paste all of it. You need two helpers or more."
        rows={3}
        look="code"
        value={text}
        onChange={setText}
        problem={isTwice ? 'You have this helper already.' : undefined}
        isReadOnly={isBusy}
      />
      <ErrorNotice code={problem} />
      <div className="actions">
        <Button icon="plus" isDisabled={isBusy || text.trim() === ''} onPress={() => void add()}>
          Add this helper
        </Button>
      </div>
    </div>
  )
}

/** The card that somebody needs to choose this account as a helper. There is nothing secret on it. */
import { type ReactElement, useState } from 'react'
import { client } from '../client.ts'
import { Button } from '../parts/button.tsx'
import { ErrorNotice } from '../parts/notice.tsx'
import { ScrollText } from '../parts/scroll-text.tsx'
import { useTask } from '../parts/use-task.ts'
import { Digits } from './digits.tsx'

interface Card {
  readonly card: string
  readonly digits: string
}

/** Shown when it is asked for. */
export function MyCard(): ReactElement {
  const [card, setCard] = useState<Card | null>(null)
  const [told, setTold] = useState('')
  const { isBusy, problem, run } = useTask()
  const copy = async (text: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      setTold('Copied. Send it to who asked you.')
    } catch {
      setTold('This browser did not allow it. Please select the text and copy it.')
    }
  }
  return (
    <div className="stack">
      <p className="hint">
        Does somebody want you as a helper? Send them your card. Then read them your digits on the phone, or face to
        face. The card is no secret.
      </p>
      <ErrorNotice code={problem} />
      {card === null ? (
        <div className="actions">
          <Button isDisabled={isBusy} onPress={() => void run(async () => setCard(await client.escrow.card()))}>
            Show my card
          </Button>
        </div>
      ) : (
        <>
          <Digits label="Your digits" value={card.digits} />
          <ScrollText label="Your card" text={card.card} look="opened" />
          <div className="actions">
            <Button icon="copy" onPress={() => void copy(card.card)}>
              Copy my card
            </Button>
          </div>
        </>
      )}
      <p role="status" className="told">
        {told}
      </p>
    </div>
  )
}

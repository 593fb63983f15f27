/** The recovery kit: on the screen, on paper, and in a file. */
import { type ReactElement, useState } from 'react'
import { type RecoveryKit, recoveryKitHtml } from '@lockstitch/sdk'
import { saveAsFile } from '../state/export-file.ts'
import { Button } from './button.tsx'

const DATE = new Intl.DateTimeFormat('en-US', { dateStyle: 'long' })

interface KitProps {
  readonly kit: RecoveryKit
  /** The user says that it is kept. */
  readonly onKept: () => void
}

/** Shows the code, the ways to keep it, and the way on. */
export function Kit({ kit, onKept }: KitProps): ReactElement {
  const [told, setTold] = useState('')
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(kit.recoveryCode)
      setTold('Copied. Paste it into your password manager now.')
    } catch {
      setTold('This browser did not allow it. Please print the code or save it as a file.')
    }
  }
  const save = (): void => {
    saveAsFile(kitText(kit), 'lockstitch-recovery-kit.txt', 'text/plain;charset=utf-8')
    setTold('Saved with your downloads. Move the file off this device if others use it.')
  }
  const savePage = async (): Promise<void> => {
    try {
      const html = await recoveryKitHtml(kit, { address: window.location.origin })
      saveAsFile(html, 'lockstitch-recovery-kit.html', 'text/html;charset=utf-8')
      setTold('Saved with your downloads. Open it to print it, then move it off this device if others use it.')
    } catch {
      setTold('The page could not be made. Please print the code or save it as a file.')
    }
  }
  return (
    <>
      <section className="kit" aria-label="Recovery kit" translate="no">
        <p className="kit-title print-only">Lockstitch recovery kit</p>
        <ol className="code" aria-label="Recovery code, 9 groups">
          {groupsOf(kit.recoveryCode).map((group, index) => (
            <li key={index}>{group}</li>
          ))}
        </ol>
        <dl className="kit-facts">
          {kit.handle !== undefined && (
            <>
              <dt>Sign-in name</dt>
              <dd>{kit.handle}</dd>
            </>
          )}
          <dt>Made on</dt>
          <dd>{DATE.format(kit.created)}</dd>
          <dt className="print-only">Where to use it</dt>
          <dd className="print-only">{window.location.origin}</dd>
        </dl>
        <p className="print-only">
          If you forget your password, open the address above, choose “Use your recovery code”, and type this code. Keep
          this paper with your passport or other important papers. Whoever has it can open your records. Nobody can make
          it again.
        </p>
        <div className="actions no-print">
          <Button icon="print" onPress={() => window.print()}>
            Print
          </Button>
          <Button icon="save" onPress={save}>
            Save as a file
          </Button>
          <Button icon="save" onPress={() => void savePage()}>
            Save as a page with words
          </Button>
          <Button icon="copy" onPress={() => void copy()}>
            Copy
          </Button>
        </div>
        <p role="status" className="told no-print">
          {told}
        </p>
        <p className="hint no-print">
          Good places: on paper with your passport, or in a password manager. Not so good: a photo on a phone that
          others use.
        </p>
      </section>
      <div className="actions no-print">
        <Button look="main" onPress={onKept}>
          I have kept it. Next
        </Button>
      </div>
    </>
  )
}

function groupsOf(code: string): readonly string[] {
  return code.match(/[A-Za-z0-9]{1,4}/g) ?? []
}

function kitText(kit: RecoveryKit): string {
  return [
    'Lockstitch recovery kit',
    '',
    `Recovery code:  ${kit.recoveryCode}`,
    ...(kit.handle === undefined ? [] : [`Sign-in name:   ${kit.handle}`]),
    `Made on:        ${DATE.format(kit.created)}`,
    `Where to use:   ${window.location.origin}`,
    '',
    'If you forget your password, open the address above, choose "Use your recovery code",',
    'and type or paste the code. Whoever has it can open your records.',
    'Nobody can make it again, not even our support team.',
    '',
  ].join('\n')
}

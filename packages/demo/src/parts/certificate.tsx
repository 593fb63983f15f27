/** The certificate of what was destroyed, as a file to keep. */
import { type ReactElement, useState } from 'react'
import { saveAsFile } from '../state/export-file.ts'
import { Button } from './button.tsx'

/** The button that saves it, and what became of it. */
export function SaveCertificate({ certificate }: { readonly certificate: string }): ReactElement {
  const [told, setTold] = useState('')
  const save = (): void => {
    saveAsFile(`${certificate}\n`, 'lockstitch-certificate.txt', 'text/plain;charset=utf-8')
    setTold('Saved with your downloads.')
  }
  return (
    <>
      <p>
        The certificate proves that the keys were destroyed: it says which, when and how, and is signed with your
        account. It holds nothing about your health. Keep it if you may have to show it.
      </p>
      <div className="actions">
        <Button icon="save" onPress={save}>
          Save the certificate
        </Button>
      </div>
      <p role="status" className="told">
        {told}
      </p>
    </>
  )
}

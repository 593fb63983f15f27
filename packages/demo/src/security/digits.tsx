/** Digits for two people to read to each other, in groups of five. */
import type { ReactElement } from 'react'

/** The groups, with a label. */
export function Digits({ label, value }: { readonly label: string; readonly value: string }): ReactElement {
  const groups = value.replace(/\D/g, '').match(/\d{1,5}/g) ?? []
  return (
    <div>
      <p className="digits-label">{label}</p>
      <ol className="digits" aria-label={label} translate="no">
        {groups.map((group, index) => (
          <li key={index}>{group}</li>
        ))}
      </ol>
    </div>
  )
}

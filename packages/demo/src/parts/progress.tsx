/** How far something is: a seam that is stitched from start to end. */
import type { ReactElement } from 'react'
import { ProgressBar } from 'react-aria-components/ProgressBar'
import { Label } from 'react-aria-components/Label'

interface ProgressProps {
  readonly label: string
  /** Absent when nobody knows. */
  readonly done?: number
  readonly total?: number
  /** Says how far in percent, where the numbers themselves say nothing. */
  readonly inPercent?: boolean
}

/** A progress bar with its label. */
export function Progress({ label, done, total, inPercent = false }: ProgressProps): ReactElement {
  const isKnown = done !== undefined && total !== undefined && total > 0
  return (
    <ProgressBar
      className="progress"
      isIndeterminate={!isKnown}
      {...(isKnown
        ? { value: done, maxValue: total, ...(inPercent ? {} : { valueLabel: `${done} of ${total}` }) }
        : {})}
    >
      {({ percentage, valueText }) => (
        <>
          <div className="progress-text">
            <Label>{label}</Label>
            {isKnown && <span>{valueText}</span>}
          </div>
          <div className="seam">
            <div className="seam-done" style={isKnown ? { inlineSize: `${percentage ?? 0}%` } : {}} />
          </div>
        </>
      )}
    </ProgressBar>
  )
}

/** Says what the app is busy with; empty and silent when it is not. */
export function Busy({ label }: { readonly label: string | null }): ReactElement {
  return (
    <div role="status" className="busy">
      {label !== null && (
        <>
          <span className="visually-hidden">{label}</span>
          <Progress label={label} />
        </>
      )}
    </div>
  )
}

/** Chooses a file: with the button, or by dropping it on the page. */
import type { ReactElement } from 'react'
import { DropZone } from 'react-aria-components/DropZone'
import { FileTrigger } from 'react-aria-components/FileTrigger'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { Notice } from '../parts/notice.tsx'
import type { FileProblem } from './read-file.ts'

const PROBLEMS: Record<FileProblem, string> = {
  'not-json': 'This is not a health record file. Choose a file whose name ends in .json.',
  'not-fhir': 'This file has no health records that we know. Ask your clinic for a “FHIR R4 export”.',
  empty: 'There is no record in this file.',
  'too-big': 'This file is too big for one go. Ask your clinic for several smaller files.',
  unreadable: 'This file can’t be read. It may be damaged. Try to download it again.',
}

interface FilePickerProps {
  readonly problem: FileProblem | null
  readonly onFile: (file: File) => void
}

/** The place to choose or drop. */
export function FilePicker({ problem, onFile }: FilePickerProps): ReactElement {
  const take = (file: File | null | undefined): void => {
    if (file) onFile(file)
  }
  return (
    <>
      {problem !== null && (
        <Notice tone="bad" role="alert">
          <p>{PROBLEMS[problem]}</p>
        </Notice>
      )}
      <DropZone
        className="drop"
        aria-label="Drop a file here"
        onDrop={({ items }) => {
          const dropped = items.find((item) => item.kind === 'file')
          if (dropped?.kind === 'file') void dropped.getFile().then(take)
        }}
      >
        <Icon name="file" />
        <FileTrigger
          acceptedFileTypes={['application/json', 'application/fhir+json', '.json']}
          onSelect={(files) => take(files?.[0])}
        >
          <Button look="main">Choose a file</Button>
        </FileTrigger>
        <p className="hint">or drop it here</p>
      </DropZone>
    </>
  )
}

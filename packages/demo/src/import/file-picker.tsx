/** Chooses a file: with the button, or by dropping it on the page. */
import { type DragEvent, type ReactElement, useState } from 'react'
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

/** The place to choose or drop. Dropping is only a short cut for the button, so it is no stop for the keyboard. */
export function FilePicker({ problem, onFile }: FilePickerProps): ReactElement {
  const [isOver, setOver] = useState(false)
  const take = (files: FileList | null): void => {
    const file = files?.[0]
    if (file !== undefined) onFile(file)
  }
  const over = (event: DragEvent): void => {
    event.preventDefault()
    setOver(true)
  }
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer.files)
  }
  return (
    <>
      {problem !== null && (
        <Notice tone="bad" role="alert">
          <p>{PROBLEMS[problem]}</p>
        </Notice>
      )}
      <div className="drop" data-over={isOver} onDragOver={over} onDragLeave={() => setOver(false)} onDrop={drop}>
        <Icon name="file" />
        <FileTrigger acceptedFileTypes={['application/json', 'application/fhir+json', '.json']} onSelect={take}>
          <Button look="main">Choose a file</Button>
        </FileTrigger>
        <p className="hint">or drop it here</p>
      </div>
    </>
  )
}

/** One thing at a time that takes a while and may fail. */
import type { ErrorCode } from '@lockstitch/sdk'
import { useCallback, useEffect, useRef, useState } from 'react'
import { codeOf } from '../messages.ts'

/** Where it stands. */
export interface Task {
  readonly isBusy: boolean
  readonly problem: ErrorCode | null
  /** Starts it. While it runs, further starts do nothing. Resolves to whether it went well. */
  readonly run: (work: () => Promise<void>) => Promise<boolean>
}

/** A task of a component; it reports nothing to one that is gone. */
export function useTask(): Task {
  const [state, setState] = useState<{ isBusy: boolean; problem: ErrorCode | null }>({ isBusy: false, problem: null })
  const isHere = useRef(true)
  const isRunning = useRef(false)
  useEffect(() => {
    isHere.current = true
    return () => {
      isHere.current = false
    }
  }, [])
  const run = useCallback(async (work: () => Promise<void>): Promise<boolean> => {
    if (isRunning.current) return false
    isRunning.current = true
    setState({ isBusy: true, problem: null })
    let problem: ErrorCode | null = null
    try {
      await work()
    } catch (error) {
      problem = codeOf(error)
    }
    isRunning.current = false
    if (isHere.current) setState({ isBusy: false, problem })
    return problem === null
  }, [])
  return { ...state, run }
}

/** Something that a part of a screen asks for when it appears, and again when it was changed. */
import type { ErrorCode } from '@lockstitch/sdk'
import { useCallback, useEffect, useRef, useState } from 'react'
import { codeOf } from '../messages.ts'

/** What came of it. */
export interface Loaded<T> {
  /** `null` until it is there; the last answer while it is asked for again. */
  readonly value: T | null
  readonly problem: ErrorCode | null
  readonly isLoading: boolean
  readonly reload: () => Promise<void>
}

/** @param load The same function every time. */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<Omit<Loaded<T>, 'reload'>>({ value: null, problem: null, isLoading: true })
  const turn = useRef(0)
  const ask = useCallback(async (): Promise<void> => {
    turn.current += 1
    const mine = turn.current
    let next: (before: T | null) => Omit<Loaded<T>, 'reload'>
    try {
      const value = await load()
      next = () => ({ value, problem: null, isLoading: false })
    } catch (error) {
      const problem = codeOf(error)
      next = (value) => ({ value, problem, isLoading: false })
    }
    // An answer that was overtaken says nothing any more.
    if (turn.current === mine) setState(({ value }) => next(value))
  }, [load])
  useEffect(() => {
    void ask()
    return () => {
      turn.current += 1
    }
  }, [ask])
  const reload = useCallback((): Promise<void> => {
    setState(({ value }) => ({ value, problem: null, isLoading: true }))
    return ask()
  }, [ask])
  return { ...state, reload }
}

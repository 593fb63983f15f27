/** Many records, a kill in the middle, and memory that does not grow with them. The fast run takes fewer. */
import { createReadStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { afterAll, expect, test } from 'vitest'
import { type Running, setDesk } from './support/command-line.ts'

const RECORDS = process.env['LOCKSTITCH_FAST'] === '1' ? 5_000 : 100_000
const MAX_GROWTH_MB = 120

const desk = await setDesk()
afterAll(() => desk.close())

/** Follows the memory of a process, in MB, until it ends. */
async function watch({ child, ended }: Running, until: (megabytes: readonly number[]) => boolean): Promise<number[]> {
  const megabytes: number[] = []
  const timer = setInterval(() => {
    megabytes.push(residentOf(child.pid))
    if (until(megabytes)) child.kill('SIGKILL')
  }, 200)
  await ended
  clearInterval(timer)
  return megabytes.filter((one) => one > 0)
}

function residentOf(pid: number | undefined): number {
  try {
    const [, kilobytes] = /VmRSS:\s+([0-9]+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Math.round(Number(kilobytes ?? 0) / 1024)
  } catch {
    return 0
  }
}

test(`${RECORDS} mixed records: killed in the middle, resumed, none lost, none twice, memory flat`, async () => {
  const source = await desk.writeLargeSource('many.jsonl', RECORDS)
  const out = desk.file('many.out.jsonl')
  const half = RECORDS / 2
  const isHalf = (): boolean => doneOf(`${out}.checkpoint`) >= half
  await watch(desk.convert(source, out), isHalf)
  const killedAt = doneOf(`${out}.checkpoint`)
  expect(killedAt).toBeGreaterThanOrEqual(half)
  expect(killedAt).toBeLessThan(RECORDS)

  const running = desk.convert(source, out, '--json')
  const megabytes = await watch(running, () => false)
  const { code, out: report } = await running.ended
  expect(code).toBe(1)
  expect(JSON.parse(report)).toMatchObject({ converted: RECORDS * 0.6, failed: RECORDS * 0.4 })
  // Where there is no /proc there is nothing to compare.
  const early = Math.max(0, ...megabytes.slice(0, Math.ceil(megabytes.length / 3)))
  expect(Math.max(0, ...megabytes) - early).toBeLessThan(MAX_GROWTH_MB)

  let next = 0
  const counts = new Map<string, number>()
  for await (const line of createInterface({ input: createReadStream(out) })) {
    const { index, id, outcome, sealed } = JSON.parse(line) as Record<string, unknown>
    expect(index === next && id === `p-${next}` && (outcome === 'converted') === (sealed !== undefined)).toBe(true)
    counts.set(outcome as string, (counts.get(outcome as string) ?? 0) + 1)
    next += 1
  }
  expect([next, counts.get('converted')]).toEqual([RECORDS, RECORDS * 0.6])
}, 180_000)

function doneOf(checkpoint: string): number {
  try {
    return (JSON.parse(readFileSync(checkpoint, 'utf8')) as { done: number }).done
  } catch {
    return 0
  }
}

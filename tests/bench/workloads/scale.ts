/** How the cost of sealing and opening grows with the number of records. */
import { enrolledClient } from '../lib/account.ts'
import { One, textOf } from '../lib/models.ts'
import type { Case, Figures, Ratio, Workload } from '../lib/workload.ts'

const SIZES = [10, 100, 1_000, 10_000, 100_000]
/** The smallest size whose cost is not the message's own. */
const BASE = 1_000
const FLAT = 1.2

const ratios: Record<string, Ratio> = {}
for (const verb of ['seal', 'open']) {
  for (const size of SIZES.filter((one) => one > BASE)) {
    ratios[`${verb} ${size} records / ${verb} ${BASE} records, time a record`] = {
      of: `page/${verb} ${size}`,
      to: [`page/${verb} ${BASE}`],
      atMost: FLAT,
    }
  }
}

/** The workload. */
export const workload: Workload = {
  name: 'scale',
  title: 'Growth: sealing and opening',
  about:
    'Records of one field of 40 bytes through client.sealMany and client.openMany, from the page. Every record has an id of its own and ' +
    'was opened before, so the device holds as many heads as the largest size. Flat is within 20 %. heap is what the page holds at ' +
    'the end, in MiB.',
  unit: 'record',
  places: ['page'],
  rounds: 3,
  async cases(env) {
    const client = await enrolledClient(env)
    const sizes = env.quick ? SIZES.slice(0, 4) : SIZES
    const largest = sizes.at(-1) ?? 0
    const sealed: unknown[] = []
    for await (const item of client.sealMany(One, texts(largest))) if (item.ok) sealed.push(item.value)
    for await (const item of client.openMany(One, sealed as never)) if (!item.ok) throw item.error
    const cases: Record<string, Case> = {}
    for (const size of sizes) {
      cases[`seal ${size}`] = { units: size, run: () => drain(client.sealMany(One, texts(size)), size) }
      cases[`open ${size}`] = {
        units: size,
        run: () => drain(client.openMany(One, firstOf(sealed, size) as never), size),
      }
    }
    return cases
  },
  ratios,
}

/** Records as they are asked for, so that a hundred thousand take no memory. */
function* texts(count: number): Generator<{ readonly text: string }> {
  for (let index = 0; index < count; index++) yield { text: textOf(index, 40) }
}

function* firstOf<T>(items: readonly T[], count: number): Generator<T> {
  for (let index = 0; index < count; index++) yield items[index] as T
}

async function drain(items: AsyncIterable<{ readonly ok: boolean }>, expected: number): Promise<Figures> {
  let good = 0
  for await (const { ok } of items) good += ok ? 1 : 0
  if (good !== expected) throw new Error(`${expected - good} records failed`)
  const { memory } = performance as unknown as { memory?: { usedJSHeapSize: number } }
  return { heap: (memory?.usedJSHeapSize ?? 0) / 2 ** 20 }
}

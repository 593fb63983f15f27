import type { Client, Managed, Model } from '@lockstitch/sdk'
import type { Vault } from '@lockstitch/sdk/vault'

/** A client through the methods of a vault: every call goes through the client's own door and the worker. */
export function asVault(client: Client): Vault {
  const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
    const collected: T[] = []
    for await (const item of items) collected.push(item)
    return collected
  }
  return {
    enrol: (request, options) => client.enrol(request, options),
    confirmRecovery: (code, options) => client.confirmRecovery(code, options),
    unlock: (credentials, options) => client.unlock(credentials, options),
    lock: async () => void (await client.lock()),
    status: () => client.status(),
    sealMany: (model, records, options = {}) => collect(client.sealMany(model, records, options)),
    openMany: (model, records, options = {}) => collect(client.openMany(model, records, options)),
    saveMany: (model, records, options = {}) => collect(client.saveMany(model, records, options)),
    load: (model, id, options) => client.load(model, id, options),
    async listPage(model, after, limit, options) {
      const items = await collect(client.list(model, options))
      const ids = items.map((item) => (item.ok ? (item.value.id as string) : (item.id as string)))
      const page = items.filter((_, index) => after === null || (ids[index] as string) > after).slice(0, limit)
      const last = page.at(-1)
      const lastId = last === undefined ? null : last.ok ? (last.value.id as string) : (last.id as string)
      return { items: page, next: page.length === limit ? lastId : null }
    },
    convertMany: async (model, items, { mapping, keys, mode }, options = {}) =>
      collect(
        client.convert(
          model,
          items.map(({ source }) => source as object),
          mapping,
          keys,
          { mode, ...options },
        ),
      ),
    remove: (model, id, options) => client.remove(model, id, options),
    manage: async (name, args, options) => {
      const [area, call] = name.split('.') as [keyof Managed, string]
      return (client[area] as unknown as Record<string, (...all: unknown[]) => Promise<unknown>>)[call]?.(
        ...args,
        options,
      )
    },
    files: () => Promise.reject(new Error('the files of a client are its own calls')),
    pending: () => client.outbox.list(),
    openPending: (model, id) => client.outbox.open(model, id),
    discardPending: (model, id) => client.outbox.discard({ name: model } as Model, id),
    passwordStrength: (password, options) => client.passwordStrength(password, options),
    drain: (options) => client.outbox.drain(options),
  }
}

import { pathToFileURL } from 'node:url'
import { type ModelSpec, parseModel } from '@lockstitch/sdk/format'

/**
 * The models that a module exports: every exported value with the members of a model.
 *
 * @throws Error when it exports none; LockstitchError `ERR_MODEL_INVALID` when one of them is not exhaustive.
 */
export async function loadModels(path: string): Promise<ModelSpec[]> {
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>
  const models = new Map<string, ModelSpec>()
  for (const value of Object.values(module).filter(looksLikeModel)) models.set(value.name, parseModel(value))
  if (models.size === 0) throw new Error('the file of --models exports no model')
  return [...models.values()]
}

function looksLikeModel(value: unknown): value is ModelSpec {
  if (typeof value !== 'object' || value === null) return false
  return ['name', 'root', 'signed'].every((name) => Object.hasOwn(value, name))
}

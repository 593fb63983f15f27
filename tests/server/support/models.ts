/** Models of the server's tests, as plain data: what a server is configured with, made without the SDK's builders. */
import type { FieldSpec, ModelSpec, NodeSpec } from '@lockstitch/sdk/format'

const phi = field('phi', 'user', 90)
const pii = field('pii', 'user', 90)
const list = (item: NodeSpec): NodeSpec => ({ kind: 'array', item })
const group = (members: Record<string, NodeSpec>): NodeSpec => ({ kind: 'object', members })

export const Intake: ModelSpec = model('intake', false, {
  name: pii,
  diagnosis: phi,
  address: group({ street: pii, city: pii }),
  medications: list(group({ name: phi })),
  insurer: field('confidential', 'server', 180),
  triage: field('internal', 'server', 365, 'json'),
  formVersion: field('pub', 'server', null, 'number'),
  tags: list(field('pub', 'server', null)),
})

export const Letter: ModelSpec = model('letter', true, { text: phi })

/** Nothing in it identifies or treats a person, so that reading it is no audit event. */
export const Leaflet: ModelSpec = model('leaflet', false, { title: field('pub', 'server', null) })

function field(
  classification: FieldSpec['classification'],
  audience: FieldSpec['audience'],
  rotationDays: number | null,
  type: FieldSpec['type'] = 'string',
): FieldSpec {
  return { kind: 'field', classification, type, audience, pad: 'none', rotationDays }
}

function model(name: string, signed: boolean, members: Record<string, NodeSpec>): ModelSpec {
  return { name, signed, root: { kind: 'object', members } }
}

/** A record, by its place. */
export interface RecordRef {
  readonly model: string
  readonly id: string
}

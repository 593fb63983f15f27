import type { GetObjectCommandOutput } from '@aws-sdk/client-s3'
import type { ObjectStore } from './object-store.ts'

/** Where the objects lie in S3 or in a server that speaks its protocol. */
export interface S3Location {
  readonly bucket: string
  /** What every key begins with; empty or ending in a slash. */
  readonly prefix: string
  /** Address of a server that is not Amazon's; `AWS_ENDPOINT_URL_S3` is looked at too. */
  readonly endpoint?: string
}

/**
 * The location that an address names.
 *
 * @throws Error when it is not `s3://bucket` or `s3://bucket/prefix`.
 */
export function parseS3Address(address: string): S3Location {
  const [, bucket, path = ''] = /^s3:\/\/([a-z0-9.-]{3,63})(?:\/([A-Za-z0-9._/-]*))?$/.exec(address) ?? []
  if (bucket === undefined) throw new Error('objects in S3 are named as s3://bucket or s3://bucket/prefix')
  return { bucket, prefix: path === '' || path.endsWith('/') ? path : `${path}/` }
}

/**
 * Objects in a bucket. Region and credentials are found as every tool of Amazon finds them. The client is loaded only when it
 * is configured: it is larger than the rest of the server.
 */
export async function openS3Objects({ bucket, prefix, endpoint }: S3Location): Promise<ObjectStore> {
  const { S3Client, PutObjectCommand, GetObjectCommand, DeleteObjectCommand } = await import('@aws-sdk/client-s3')
  const isOwn = (endpoint ?? process.env['AWS_ENDPOINT_URL_S3']) !== undefined
  const client = new S3Client({ forcePathStyle: isOwn, ...(endpoint === undefined ? {} : { endpoint }) })
  const place = (key: string): { Bucket: string; Key: string } => ({ Bucket: bucket, Key: prefix + key })
  return {
    async put(key, bytes) {
      await client.send(new PutObjectCommand({ ...place(key), Body: bytes, ContentLength: bytes.length }))
    },
    async get(key, { start, end }) {
      const range = `bytes=${start}-${end - 1}`
      const found: GetObjectCommandOutput | undefined = await client
        .send(new GetObjectCommand({ ...place(key), Range: range }))
        .catch(ifMissing)
      return found?.Body?.transformToByteArray()
    },
    async remove(key) {
      await client.send(new DeleteObjectCommand(place(key)))
    },
    close: async () => client.destroy(),
  }
}

function ifMissing(error: unknown): undefined {
  if ((error as { name?: unknown } | null)?.name !== 'NoSuchKey') throw error
}

import { receiveStream, sendStream } from '../bytes/stream-port.ts'
import type { LongCallOptions, Vault } from '../vault/api.ts'
import type {
  FileInfo,
  Files,
  FileSource,
  OpenFileOptions,
  SealFileOptions,
  UploadOptions,
} from '../vault/files-api.ts'

/** About a message of them: while they are read, the next one is on its way. */
const CHUNKS_AHEAD = 32

type Run = Vault['files']
type Args = (source: Blob | MessagePort | null, sink: MessagePort | null) => readonly unknown[]
type As<T> = T & { readonly as?: 'stream' }
type Options = As<LongCallOptions>

/** The calls of `createFiles`, once their code is loaded. */
export function fileCalls(run: Run): Files {
  const call = (name: string, source: FileSource | null, options: Options, args: Args) => {
    const { signal, onProgress, as } = options
    const given = source === null || source instanceof Blob ? undefined : new MessageChannel()
    const taken = as === undefined ? undefined : new MessageChannel()
    const handed = given === undefined ? (source as Blob | null) : given.port2
    const done = run(name, args(handed, taken?.port2 ?? null), {
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
    })
    if (given !== undefined) sendStream(source as ReadableStream, given.port1, done).catch(() => undefined)
    if (taken === undefined) return { done }
    done.catch(() => undefined)
    return { done, stream: receiveStream(taken.port1, done, CHUNKS_AHEAD) }
  }
  const files: Record<keyof Files, (...args: never[]) => Promise<unknown>> = {
    async seal(source: FileSource, options: As<SealFileOptions> = {}) {
      const { done, stream } = call('seal', source, options, (from, to) => [from, infoOf(options), to])
      if (stream === undefined) return done
      const file = done.then((result) => (result as { file: unknown }).file)
      file.catch(() => undefined)
      return { sealed: stream, file }
    },
    async open(file: unknown, sealed: FileSource, options: As<OpenFileOptions> = {}) {
      const { done, stream } = call('open', sealed, options, (from, to) => [file, from, options.range ?? null, to])
      return stream ?? done
    },
    upload: async (source: FileSource, options: UploadOptions = {}) =>
      call('upload', source, options, (from) => [from, infoOf(options), options.resume ?? null]).done,
    async download(file: unknown, options: As<OpenFileOptions> = {}) {
      const { done, stream } = call('download', null, options, (_, to) => [file, options.range ?? null, to])
      return stream ?? done
    },
    remove: async (file: unknown, options: Options = {}) => call('remove', null, options, () => [file]).done,
  }
  return files as unknown as Files
}

/** What is said of the file, without what is only for here. */
function infoOf({ name, type, classification }: FileInfo): object {
  return { name, type, classification }
}

/** What the parts of the conformance suite share: vaults on devices, one enrolled patient, short calls. */
import {
  createFiles,
  type ErrorCode,
  type Files,
  isLockstitchError,
  type ItemResult,
  type SaveResult,
  type Transport,
} from '@lockstitch/sdk'
import type { Vault } from '@lockstitch/sdk/vault'
import { evil, type EvilTransport } from '../support/evil.ts'
import { Intake } from '../support/models.ts'

/** A vault of one device, with whatever must be ended after the test. */
export interface Device {
  readonly vault: Vault
  /** The calls of files, where they are not made over the vault. */
  readonly files?: Files
  dispose(): Promise<void>
}

/** A server whose clock the tests move. */
export interface Clocked {
  wire(device: string): Transport
  advance(ms: number): Promise<void>
}

/** What an environment gives the suite. */
export interface Environment {
  readonly clocked: Clocked
  /** The way to the real server, with the cookies of one device. */
  wire(device: string): Transport
  makeVault(transport: Transport, database: string): Promise<Device>
  /** Whether its vaults keep nothing on the device, as on a computer that others use too. */
  readonly isShared?: true
}

/** A device, and the network between it and the server. */
export interface Seat extends Device {
  readonly files: Files
  readonly transport: EvilTransport
  readonly name: string
}

/** Secrets of an enrolled account. */
export interface Patient {
  readonly handle: string
  readonly password: string
  readonly recoveryCode: string
}

/** The place where the tests play. */
export interface Stage {
  /** Unlocked as {@link Stage.patient}. */
  seat: Seat
  patient: Patient
  /** Keeps handles and databases of this run apart from every other. */
  readonly scope: string
  /** A new device, or one more vault on the storage of a known one. */
  sit(device?: string): Promise<Seat>
  seal(record: object): Promise<Record<string, unknown>>
  open(record: object): Promise<Record<string, unknown>>
  save(record: object, on?: Seat): Promise<SaveResult>
}

/** A record with every type, and with the values that careless codecs lose. */
export const FULL = {
  name: 'Zoë 🩺 محمد',
  ssn: '219-09-9999',
  notes: '\u{FEFF}a\0b\r\n',
  weight: -0,
  smoker: false,
  birthDate: new Date('1971-02-28T00:00:00.000Z'),
  mrn: -(2n ** 70n),
  scan: Uint8Array.of(0, 255, 128),
  resource: { resourceType: 'Patient', b: [1.5, null, { ключ: '' }], a: 1e21 },
  address: { city: '', lines: ['1 Main St', ''] },
  medications: [{ name: 'Metformin', milligrams: 500 }, { name: 'Nothing else' }],
  secretForUs: 'ours',
  billing: 'invoice 7',
  queue: 0,
  formVersion: 3,
  updated: new Date('2026-01-02T03:04:05.678Z'),
}

/** The code that a call fails with. */
export async function codeOf(call: Promise<unknown>): Promise<ErrorCode | 'no error'> {
  try {
    await call
    return 'no error'
  } catch (error) {
    if (!isLockstitchError(error)) throw error
    return error.code
  }
}

/** The value of the only item of a batch, or its error. */
export async function only<T>(results: Promise<readonly ItemResult<T>[]>): Promise<T> {
  const [result] = await results
  if (result === undefined) throw new Error('the batch has no result')
  if (!result.ok) throw result.error
  return result.value
}

/** Sets the stage: one patient, enrolled and unlocked on one device. */
export async function setStage(
  name: string,
  environment: Environment,
): Promise<{ stage: Stage; clear(): Promise<void> }> {
  let count = 0
  const seats: Seat[] = []
  const scope = `${name}-${Math.floor(performance.timeOrigin)}`.replaceAll(' ', '-')
  const sit: Stage['sit'] = async (device = `${scope}-${++count}`) => {
    const transport = evil(environment.wire(device))
    const made = await environment.makeVault(transport, device)
    const files = made.files ?? createFiles(async (...call) => made.vault.files(...call))
    const seat = { ...made, files, transport, name: device }
    seats.push(seat)
    return seat
  }
  const seat = await sit()
  const patient = { handle: `patient-${scope}@example.org`, password: 'correct horse battery staple' }
  const { recoveryKit } = await seat.vault.enrol(patient)
  await seat.vault.confirmRecovery(recoveryKit.recoveryCode)
  const stage: Stage = {
    seat,
    patient: { ...patient, recoveryCode: recoveryKit.recoveryCode },
    scope,
    sit,
    seal: async (record) => ({ ...(await only(seat.vault.sealMany(Intake, [record as never]))) }),
    open: async (record) => ({ ...(await only(seat.vault.openMany(Intake, [record as never]))) }),
    save: (record, on = seat) => only(on.vault.saveMany(Intake, [record as never])),
  }
  return { stage, clear: async () => void (await Promise.all(seats.map((one) => one.dispose()))) }
}

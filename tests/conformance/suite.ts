/**
 * What every vault must do, wherever it runs: in Node, in a browser's page, behind the worker. The server is real in all
 * three; only the way to it differs.
 */
import { afterAll, describe } from 'vitest'
import { fileBreaks } from './file-breaks.ts'
import { files } from './files.ts'
import { layout } from './layout.ts'
import { destroyAccount } from './destroy-account.ts'
import { destroyRecord } from './destroy-record.ts'
import { destruction } from './destruction.ts'
import { devices, sharedDevices } from './devices.ts'
import { escrow } from './escrow.ts'
import { audit } from './audit.ts'
import { linking } from './linking.ts'
import { records } from './records.ts'
import { rotation } from './rotation.ts'
import { sealing } from './sealing.ts'
import { type Environment, setStage, type Stage } from './stage.ts'
import { slots } from './slots.ts'
import { unlocking } from './unlocking.ts'

/** The parts of the suite, by their titles. */
const PARTS = {
  sealing,
  'record layout': layout,
  records,
  files: (stage) => {
    files(stage)
    fileBreaks(stage)
  },
  audit,
  slots,
  devices: (stage, { isShared }) => (isShared ? sharedDevices : keptDevices)(stage),
  escrow: (_stage, environment, name) => escrow(name, environment),
  rotation,
  destruction: (stage) => {
    destruction(stage)
    destroyRecord(stage)
    destroyAccount(stage)
  },
  unlocking,
} satisfies Record<string, (stage: Stage, environment: Environment, name: string) => void>

type Part = keyof typeof PARTS

/**
 * Runs the suite in an environment.
 *
 * @param titles Its parts, where the environment differs from another one in some of them alone.
 */
export async function conformance(
  name: string,
  environment: Environment,
  titles: readonly Part[] = Object.keys(PARTS) as Part[],
): Promise<void> {
  const setting = await setStage(name, environment)
  const { stage } = setting
  afterAll(() => setting.clear())
  for (const title of titles) {
    describe(`${name}: ${title}`, () => {
      PARTS[title](stage, environment, name)
    })
  }
}

/** Devices that are remembered, and linked to be so. */
function keptDevices(stage: Stage): void {
  devices(stage)
  linking(stage)
}

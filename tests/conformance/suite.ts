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

/** Runs the suite in an environment. */
export async function conformance(name: string, environment: Environment): Promise<void> {
  const setting = await setStage(name, environment)
  const { stage } = setting
  const remembering = environment.isShared ? sharedDevices : keptDevices
  afterAll(() => setting.clear())
  describe(`${name}: sealing`, () => {
    sealing(stage)
  })
  describe(`${name}: record layout`, () => {
    layout(stage)
  })
  describe(`${name}: records`, () => {
    records(stage)
  })
  describe(`${name}: files`, () => {
    files(stage)
    fileBreaks(stage)
  })
  describe(`${name}: audit`, () => {
    audit(stage)
  })
  describe(`${name}: slots`, () => {
    slots(stage)
  })
  describe(`${name}: devices`, () => {
    remembering(stage)
  })
  describe(`${name}: escrow`, () => {
    escrow(name, environment)
  })
  describe(`${name}: rotation`, () => {
    rotation(stage)
  })
  describe(`${name}: destruction`, () => {
    destruction(stage)
    destroyRecord(stage)
    destroyAccount(stage)
  })
  describe(`${name}: unlocking`, () => {
    unlocking(stage)
  })
}

/** Devices that are remembered, and linked to be so. */
function keptDevices(stage: Stage): void {
  devices(stage)
  linking(stage)
}

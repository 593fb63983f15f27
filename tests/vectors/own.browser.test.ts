import { ownRecordLayoutVectors } from './suites/own-record-layout.ts'
import { ownAccountVectors } from './suites/own-accounts.ts'
import { ownValueVectors } from './suites/own-values.ts'

ownValueVectors()
ownAccountVectors()
ownRecordLayoutVectors()

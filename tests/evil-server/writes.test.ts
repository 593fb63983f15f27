/** A28, A68, A74, A90: what is written, acknowledged, kept on the device, and written at the same time elsewhere. */
import './cases/acknowledgements.ts'
import './cases/two-devices.ts'
import './cases/local-storage.ts'

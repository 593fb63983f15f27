import { properties } from './suites/properties.ts'

properties({ runs: process.env['SLOW'] === '1' ? 2000 : 200, bitStep: 1 })

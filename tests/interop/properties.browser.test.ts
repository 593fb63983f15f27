import { properties } from './suites/properties.ts'

// Every bit is changed in Node; 7 and 8 have no common divisor, so here every byte and every position has its turn.
properties({ runs: 50, bitStep: 7 })

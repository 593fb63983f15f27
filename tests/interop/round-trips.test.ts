import { roundTrips } from './suites/round-trips.ts'

roundTrips()

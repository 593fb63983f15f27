/** The module that the command line of the server is given. What is no model in it is left alone. */
export { Intake, Leaflet, Letter } from './models.ts'
export const title = 'not a model'

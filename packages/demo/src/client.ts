/** The one client of this page: it talks to the server that the page came from. */
import { type Client, createClient } from '@lockstitch/sdk'

export const client: Client = createClient({ server: window.location.origin })

/** The recovery kit as one page to print: no script, no network, nothing beside the document itself. Loaded when it is made. */
import { renderSVG } from 'uqr'
import type { RecoveryKit } from '../vault/api.ts'
import type { KitOptions } from './kit.ts'

const STYLE = `
  @page { margin: 18mm }
  body { font: 12pt/1.5 system-ui, sans-serif; color: #000; background: #fff; max-width: 42rem; margin: 2rem auto; padding: 0 1rem }
  h1 { font-size: 20pt; margin: 0 0 .5rem }
  h2 { font-size: 13pt; margin: 1.5rem 0 .25rem }
  ol { columns: 3; padding-left: 2rem; margin: 0 }
  li, .code { font: 13pt/1.8 ui-monospace, monospace }
  .code { overflow-wrap: anywhere }
  svg { width: 38mm; height: 38mm }
  section { break-inside: avoid }
  @media print { body { margin: 0; padding: 0; max-width: none } }
`

/** The document. Whatever stands in the kit and the options is text in it, never markup. */
export function renderRecoveryKit(
  { recoveryCode, words, handle, created }: RecoveryKit,
  { app = 'Lockstitch', address = '' }: KitOptions,
): string {
  const facts = [
    ...(handle === undefined ? [] : [`Sign-in name: ${handle}`]),
    `Made on: ${created.toISOString().slice(0, 10)}`,
    ...(address === '' ? [] : [`Where to use it: ${address}`]),
  ]
  const qr = renderSVG(recoveryCode, { ecc: 'M', border: 4 })
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>${text(app)} recovery kit</title>
<style>${STYLE}</style>
</head>
<body translate="no">
<h1>${text(app)} recovery kit</h1>
<p>${facts.map(text).join('<br>')}</p>
<section>
<h2>Your 15 recovery words</h2>
<ol>${words.map((word) => `<li>${text(word)}</li>`).join('')}</ol>
</section>
<section>
<h2>The same as a code</h2>
<p class="code">${text(recoveryCode)}</p>
${qr}
</section>
<section>
<h2>How to use it</h2>
<p>Type the words or the code where the app asks for your recovery code, or scan the square. Keep this paper with your passport or
other important papers. Whoever has it can open your records. Nobody can make it again.</p>
</section>
</body>
</html>
`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function text(value: string): string {
  return value.replace(/[&<>"']/g, (character) => ENTITIES[character] as string)
}

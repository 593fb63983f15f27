/** What an attacker does to a text, systematically. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The text with one character changed to another of the alphabet, for every character; dots become letters. */
export function changedCharacters(text: string): string[] {
  return Array.from({ length: text.length }, (_, index) => {
    const at = ALPHABET.indexOf(text.charAt(index))
    // The lowest bit, which for a last character may be one that no byte has.
    const changed = at < 0 ? 'A' : ALPHABET.charAt(at ^ 1)
    return text.slice(0, index) + changed + text.slice(index + 1)
  })
}

/** The text cut short, and the text with something before, behind and within it. */
export function cutAndPadded(text: string): string[] {
  const middle = Math.floor(text.length / 2)
  const cuts = [0, 1, 3, middle, text.length - 1].map((end) => text.slice(0, end))
  const additions = ['=', ' ', '\n', '\u0000', 'A', '.', '\ufeff', '.AAAA']
  return [
    ...cuts,
    ...additions.flatMap((added) => [`${added}${text}`, `${text}${added}`, text.slice(0, middle) + added + text.slice(middle)]),
  ]
}

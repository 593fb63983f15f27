/** The texts that every format must carry unchanged. */

const NOTE = 'SOAP: pt reports intermittent L4-L5 pain, 6/10, worse on flexion; BP 128/82; metformin 500 mg BID. '

/** Text of exactly so many bytes. */
const noteOf = (bytes: number): string => NOTE.repeat(Math.ceil(bytes / NOTE.length)).slice(0, bytes)

export const TEXTS = {
  empty: '',
  'one character': '0',
  '50 B': noteOf(50),
  '500 B': noteOf(500),
  '5 KB': noteOf(5120),
  '50 KB': noteOf(51_200),
  '50 KB of emoji': '👩🏽‍⚕️'.repeat(51_200 / 20),
  emoji: '👩‍⚕️🏥💊 👩🏽‍🦽',
  'right-to-left': 'יוסי כהן \u200F(אלרגיה) — حساسية',
  'combining marks': 'Zoe\u0308 n\u0303 \u0915\u094D\u0937\u093F e\u0301\u0323',
  NUL: 'a\0b\0',
  BOM: '\uFEFFbom first',
  CRLF: 'line1\r\nline2\tend\n\r',
  'an envelope': '{"v":1,"k":"x","iv":"AA==","d":"AA==","t":"AA=="}',
  'a prefix': 'v1:AAAA:BBBB',
} as const

export type TextName = keyof typeof TEXTS

/** Every text with its name. */
export const ALL_TEXTS = Object.entries(TEXTS) as [TextName, string][]

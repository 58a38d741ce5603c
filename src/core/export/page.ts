import { createHash } from 'node:crypto'
import { darkTokens, lightTokens } from '../../shared/charts/tokens.ts'
import { commentText, htmlText } from './html.ts'

export interface Page {
  title: string
  body: string
  provenance: readonly string[]
  /** `@font-face` rules with `data:` addresses; empty: the reader's own fonts */
  fonts: string
}

/**
 * A whole HTML document that asks for nothing: one style sheet, allowed by its hash, and no script, no link to a resource, no inline style.
 * Light and dark follow the reader's setting; print is light.
 */
export function htmlPage({ title, body, provenance, fonts }: Page): string {
  const style = `${fonts}${sheet}`
  const hash = createHash('sha256').update(style).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; font-src data:; base-uri 'none'; form-action 'none'`
  return [
    '<!doctype html>',
    ...provenance.map((line) => `<!-- ${commentText(line)} -->`),
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${htmlText(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    body,
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

const properties = (tokens: Readonly<Record<string, string>>) =>
  Object.entries(tokens)
    .map(([name, value]) => `--${name}:${value};`)
    .join('')

const sheet = `
:root{color-scheme:light dark;${properties(lightTokens)}}
@media screen and (prefers-color-scheme:dark){:root{${properties(darkTokens)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:400 14px/20px 'IBM Plex Sans','Segoe UI',system-ui,sans-serif}
main{max-width:1080px;margin:0 auto;padding:24px 16px 48px}
h1{font-size:20px;line-height:28px;font-weight:600;margin:0}
h2{font-size:16px;line-height:24px;font-weight:600;margin:32px 0 8px;padding-top:16px;border-top:1px solid var(--line)}
h3{font-size:14px;line-height:20px;font-weight:600;margin:0}
p{margin:4px 0;max-width:88ch}
a{color:var(--accent)}
.lead,.caption,.evidence,.note{color:var(--ink-2);font-size:13px}
.note,.limits{color:var(--ink-3);font-size:12px;line-height:16px}
.limits{margin:4px 0;padding-left:20px}
.verdict,.table,figure{margin:0 0 16px;padding:16px;background:var(--surface);border:1px solid var(--line);border-radius:4px}
.verdict h3{display:flex;gap:8px;align-items:center}
.verdict h3 svg{flex:none}
.verdict .sentence{font-size:16px;line-height:24px}
.word-held{color:var(--good)}
.word-not-held{color:var(--bad)}
.word-doubt{color:var(--warn)}
.scroll{overflow-x:auto;margin:8px 0}
.scroll:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;font-size:12px;line-height:16px;min-width:100%}
th,td{padding:6px 8px;text-align:left;vertical-align:top;border-top:1px solid var(--line);white-space:nowrap}
thead th{background:var(--sunken);color:var(--ink-2);font-weight:500;border-top:0}
tbody th{font-weight:500}
.figure{text-align:right;font-family:'IBM Plex Mono',ui-monospace,'DejaVu Sans Mono',monospace}
thead .figure{font-family:inherit}
td small{display:block;font-size:11px;line-height:16px;color:var(--ink-3)}
td strong{font-weight:600;text-decoration:underline;text-underline-offset:2px}
.doubt span:first-child,.absent{color:var(--ink-3)}
.absent{font-family:inherit}
.mark{color:var(--ink-2)}
.mark.warn{color:var(--warn)}
figure svg{display:block;width:100%;max-width:880px;height:auto;margin:8px 0}
figure .dark{display:none}
@media screen and (prefers-color-scheme:dark){figure .dark{display:block}figure .light{display:none}}
.warning{display:flex;gap:8px;padding:8px 12px;margin:0 0 8px;background:var(--warn-soft);border-left:3px solid var(--warn-line);font-size:13px}
.warning b{color:var(--warn);font-weight:600}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:0;font-size:13px}
.facts dt{color:var(--ink-2)}
.facts dd{margin:0;overflow-wrap:anywhere;font-family:'IBM Plex Mono',ui-monospace,'DejaVu Sans Mono',monospace;font-size:12px}
summary{cursor:pointer;font-size:13px;color:var(--ink-2);min-height:24px;padding:2px 0}
pre{overflow-x:auto;padding:12px;background:var(--sunken);font:400 12px/16px 'IBM Plex Mono',ui-monospace,'DejaVu Sans Mono',monospace}
@media (max-width:640px){.facts{grid-template-columns:1fr}}
@media print{body{background:#fff;font-size:11pt}main{max-width:none;padding:0}.verdict,figure,.warning,tr{break-inside:avoid}.scroll{overflow:visible}summary{display:none}h2,h3{break-after:avoid}}
`

import { createHash } from 'node:crypto';

const LIGHT =
  '--page:#ffffff;--raised:#f4f5f7;--text:#1b1f24;--muted:#535b66;--line:#7d8590;--link:#0b4fb3;--button:#1b1f24;' +
  '--button-text:#ffffff;--good:#116329;--wait:#7a4b00;--bad:#a40e26';
const DARK =
  '--page:#14171c;--raised:#1f242b;--text:#e8eaed;--muted:#aab2bd;--line:#7d8794;--link:#8ab8ff;--button:#e8eaed;' +
  '--button-text:#14171c;--good:#7ee08f;--wait:#f0c060;--bad:#ff9ba3';

/** All there is: one column that never needs more than 320 px, and tables that scroll within it. */
export const STYLE =
  `:root{color-scheme:light dark;${LIGHT}}` +
  `@media (prefers-color-scheme:dark){:root{${DARK}}}` +
  '*{box-sizing:border-box}' +
  'body{font:1rem/1.5 system-ui,sans-serif;margin:0;color:var(--text);background:var(--page)}' +
  'header,main,footer{max-width:72rem;margin:0 auto;padding:0 1rem}' +
  'header{padding-top:.75rem}main{padding-bottom:2rem}' +
  'footer{padding-bottom:2rem;color:var(--muted)}' +
  'body.narrow main{max-width:34rem}' +
  'h1{font-size:1.6rem;line-height:1.25;margin:1rem 0;overflow-wrap:anywhere}' +
  'h2{font-size:1.2rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1.25rem 0 .5rem;overflow-wrap:anywhere}' +
  'p{margin:.5rem 0;max-width:44rem}' +
  'a{color:var(--link)}' +
  ':focus-visible{outline:3px solid var(--link);outline-offset:2px}' +
  '.skip{position:absolute;left:-100rem}.skip:focus{position:static}' +
  'nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;margin:.5rem 0;padding:0}' +
  'nav a{display:inline-block;padding:.25rem 0}' +
  'nav a[aria-current]{color:var(--text);font-weight:600;text-decoration-thickness:3px}' +
  '.notice{margin:.25rem 0;color:var(--muted)}' +
  '[role=status],[role=alert]{border:2px solid var(--good);border-radius:.3rem;padding:.5rem .75rem;margin:1rem 0;' +
  'max-width:44rem;overflow-wrap:anywhere}[role=alert]{border-color:var(--bad)}' +
  '.scroll{overflow-x:auto}' +
  'table{border-collapse:collapse;min-width:100%}' +
  'caption{text-align:left;color:var(--muted);padding:.25rem 0}' +
  'th,td{text-align:left;vertical-align:top;padding:.35rem 1rem .35rem 0;border-bottom:1px solid var(--line)}' +
  'th{font-weight:600}tbody th{font-weight:400}td.amount,th.amount{text-align:right;white-space:nowrap}' +
  '.wide{min-width:12rem;overflow-wrap:anywhere}' +
  'code,pre{font:.9em/1.45 ui-monospace,monospace}' +
  'pre{background:var(--raised);padding:.75rem;overflow-x:auto;border-radius:.3rem}' +
  'pre.line{white-space:pre-wrap;overflow-wrap:anywhere}' +
  'td code,td time,th code{white-space:nowrap}td form.row{margin:0}' +
  'dl{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.25rem 1rem;margin:.5rem 0}' +
  'dt{color:var(--muted)}dd{margin:0;overflow-wrap:anywhere}' +
  'form{margin:.75rem 0}form.row{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:end}' +
  'fieldset{border:1px solid var(--line);border-radius:.3rem;margin:0 0 1rem;padding:.5rem 1rem 1rem;min-width:0}' +
  'fieldset>form.row{margin:.25rem 0}' +
  'legend{font-weight:600;padding:0 .25rem;overflow-wrap:anywhere}' +
  '.field{max-width:100%}.field label{display:block}.hint{display:block;color:var(--muted);font-size:.9rem;max-width:26rem}' +
  'input,select,button{font:inherit;max-width:100%;color:var(--text);background:var(--page);' +
  'border:1px solid var(--line);border-radius:.3rem;padding:.4rem .6rem}' +
  'button{border:2px solid var(--button);cursor:pointer;min-height:2.75rem}' +
  'button.main{background:var(--button);color:var(--button-text)}' +
  'input,select{min-height:2.75rem}' +
  '.good{color:var(--good)}.wait{color:var(--wait)}.bad{color:var(--bad)}' +
  '.good,.wait,.bad{font-weight:600}' +
  '@media (max-width:30rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}';

/** The only style that a page may have; a page with another one would be shown without it. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

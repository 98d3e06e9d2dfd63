/** Of the pages behind links: readable on a phone, light and dark. */
export const STYLE = `
:root{--ink:#1c1e21;--soft:#5c6470;--line:#d9dde3;--paper:#fff;--ground:#f4f5f7;--yes:#14683a;--no:#a4262c;--wrong:#fdecec}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#9aa3af;--line:#3a4049;--paper:#1d2126;--ground:#131619;--yes:#1f8a4d;--no:#c5484e;--wrong:#3a1d1f}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:42rem;margin:0 auto;padding:1.5rem 1.25rem 2.5rem;background:var(--paper);min-height:100vh}
@media (min-width:46rem){main{margin:2.5rem auto;min-height:0;border:1px solid var(--line);border-radius:10px;padding:2rem 2.25rem}}
h1{font-size:1.4rem;line-height:1.3;margin:.1rem 0 1.25rem;overflow-wrap:anywhere}
.where,small,.hint,.none{color:var(--soft)}.where{margin:0;font-size:.9rem}.hint{margin:0 0 .3rem;font-size:.9rem}
code{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}
.text{white-space:pre-wrap;overflow-wrap:anywhere}
.shown{border:1px solid var(--line);border-radius:8px;padding:.9rem 1rem;margin-bottom:1.25rem}
dl{display:grid;grid-template-columns:minmax(5rem,max-content) minmax(0,1fr);gap:.3rem 1rem;margin:0}
dt{color:var(--soft);overflow-wrap:anywhere}dd{margin:0;min-width:0}
dd dl{border-left:2px solid var(--line);padding-left:.8rem}
@media (max-width:30rem){dd dl{display:block}dd dl dd{margin-bottom:.3rem}}
.facts{font-size:.9rem;margin-bottom:1.5rem}
ol{margin:0;padding-left:1.3rem}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top}th{font-weight:600;color:var(--soft)}
label{display:block;font-weight:600;margin:1rem 0 .3rem}.check{font-weight:400}label small{font-weight:400}
input:not([type=checkbox]),select,textarea{width:100%;padding:.6rem .7rem;font:inherit;color:inherit;background:var(--ground);border:1px solid var(--line);border-radius:8px}
input[type=checkbox]{width:1.1rem;height:1.1rem;vertical-align:-.15rem}
.buttons{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.5rem}
button{flex:1 1 9rem;padding:.8rem 1rem;font:inherit;font-weight:600;color:#fff;background:var(--yes);border:1px solid transparent;border-radius:8px;cursor:pointer}
button.deny{background:transparent;color:var(--no);border-color:var(--no)}
:focus-visible{outline:3px solid #4c8dff;outline-offset:2px}
.wrong{background:var(--wrong);border-radius:8px;padding:.4rem 1rem;margin-bottom:1.25rem}.wrong p{margin:.4rem 0}
`;

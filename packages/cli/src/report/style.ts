/** Of the HTML report: the colours of the page, for light and dark and for paper. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #fff; --ink: #13232c; --faint: #566670; --line: #d5dade; --up: #17806f;
  --down: #c0311a; --flapping: #96620a; --unknown: #65737c; --node0: #a9c7e8; --node1: #e9c99b; --node2: #c9b8e4;
  --node3: #b8d9a4; --node4: #f0b9c6; --node5: #a8dcd9; --several: #cfd6da }
@media screen and (prefers-color-scheme: dark) { :root { --paper: #14212a; --ink: #e4ecef; --faint: #98a8b1; --line: #2a3a44;
  --up: #3fae9b; --down: #ff7a5f; --flapping: #e0ad4d; --unknown: #93a2ab; --node0: #2f567f; --node1: #75562a;
  --node2: #55457c; --node3: #3f6430; --node4: #7a3f50; --node5: #2c6764; --several: #3a4a54 } }
body { max-width: 900px; margin: 32px auto; padding: 0 20px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif }
h1 { font-size: 24px; line-height: 1.25; text-wrap: balance } h2 { font-size: 18px; margin-top: 32px } h3 { font-size: 15px }
table { border-collapse: collapse } th, td { padding: 4px 18px 4px 0; text-align: left; border-bottom: 1px solid var(--line) }
th { color: var(--faint); font-weight: 500 } .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
pre { padding: 10px 12px; border: 1px solid var(--line); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere }
code, svg { font-family: ui-monospace, 'SF Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace; font-size: 13px }
h1, h2, h3, p, li { overflow-wrap: anywhere } figure { margin: 20px 0 } .wide { overflow-x: auto } svg { width: 100%; min-width: 640px; height: auto; font-size: 11px; fill: var(--ink) }
`

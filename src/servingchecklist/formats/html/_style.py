"""How a page looks."""

# Colours are mixed from the text colour that is in force around the fragment, so it fits any page and any notebook theme, whether
# or not that theme follows the system's setting. The four colours that mark priorities reach 3:1 on white and on near-black.
STYLE = """
.scl { --scl-line: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
.scl { max-width: 46rem; font: 1rem/1.5 system-ui, sans-serif; color: inherit; text-align: left; }
.scl h1, .scl h2, .scl h3 { font-weight: 700; }
.scl h1 { font-size: 1.6em; line-height: 1.2; margin: 0 0 .5em; }
.scl h2 { font-size: 1.25em; line-height: 1.3; margin: 2em 0 .5em; padding-bottom: .2em; border-bottom: var(--scl-line); }
.scl h2 .scl-number { font-weight: 400; opacity: .7; margin-right: .4em; font-variant-numeric: tabular-nums; }
.scl h3 { font-size: 1em; line-height: 1.4; margin: 0; }
.scl p { margin: .3em 0; }
.scl ul, .scl ol { margin: .3em 0; padding-left: 1.4em; }
.scl li ul, .scl .scl-tips ul { list-style: disc; }
.scl ul.scl-tasks, .scl ol.scl-ranks { list-style: none; padding: 0; margin: 1em 0; }
.scl li.scl-task { position: relative; margin: 0; padding: .8em 0 .8em 2.2em; border-bottom: var(--scl-line); break-inside: avoid; }
.scl li.scl-task:last-child { border-bottom: 0; }
.scl .scl-mark { position: absolute; left: 0; top: .95em; width: 1em; height: 1em; border: 1.5px solid; border-radius: .2em; }
.scl .scl-rank { position: absolute; left: 0; top: .8em; min-width: 1.5em; font-weight: 700; font-variant-numeric: tabular-nums; }
.scl .scl-facts { font-size: .875em; display: flex; flex-wrap: wrap; gap: .1em 1em; align-items: baseline; }
.scl .scl-text { white-space: pre-line; overflow-wrap: anywhere; }
.scl .scl-priority::before { content: ""; display: inline-block; width: .7em; height: .7em; border-radius: 50%; margin-right: .4em; }
.scl .scl-critical::before { background: #d8432f; }
.scl .scl-high::before { background: #c27a0a; }
.scl .scl-medium::before { background: #3f83d1; }
.scl .scl-low::before { background: #7d8590; }
.scl .scl-critical, .scl .scl-high { font-weight: 600; }
.scl .scl-tips { margin-top: 2em; padding: .2em 1.2em .6em; border: var(--scl-line); border-radius: .4em; break-inside: avoid; }
.scl .scl-tips h2 { border: 0; margin: .6em 0 0; padding: 0; font-size: 1em; }
.scl code { font: .95em ui-monospace, monospace; background: none; color: inherit; padding: 0; }
.scl a { color: inherit; }
.scl .scl-edition { font-size: .875em; opacity: .75; margin-top: 2em; }
@media print { .scl { max-width: none; font-size: 10.5pt; } .scl h2 { break-after: avoid; } }
@media print { .scl .scl-priority::before { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
""".strip()

_SHARED_STYLE = """
.scl .scl-progress { font-weight: 600; margin: .5em 0 1em; }
.scl .scl-picture { margin: 1.2em 0; overflow-x: auto; }
.scl .scl-items { flex: 999 0 26em; list-style: none; margin: 0; padding: 0; max-width: 100%; }
.scl .scl-items li { margin: 0; padding: .15em 0 .35em; break-inside: avoid; }
.scl .scl-items h3 { font-weight: 400; }
.scl .scl-items .scl-facts { flex-wrap: nowrap; overflow-wrap: anywhere; }
.scl .scl-items code { flex: none; max-width: 50%; }
.scl .scl-notice { padding: .6em 1.2em; margin: 1.2em 0; border: var(--scl-line); border-radius: .4em; break-inside: avoid; }
.scl .scl-notice h2 { font-size: 1em; margin: 0; padding: 0; border: 0; }
.scl .scl-notice .scl-progress { margin: .2em 0; }
.scl .scl-notice li { display: flex; flex-wrap: wrap; gap: 0 1em; align-items: baseline; }
.scl .scl-notice code { max-width: none; }
""".strip()

LAUNCH_STYLE = (
    _SHARED_STYLE
    + """
.scl .scl-burn-up { display: block; width: 100%; min-width: 34rem; height: auto; }
.scl ul.scl-brief { margin: .3em 0; }
.scl .scl-brief li.scl-task { padding-top: .5em; padding-bottom: .5em; }
.scl .scl-brief .scl-text { font-size: .875em; }
.scl .scl-brief .scl-mark { top: .65em; }
.scl .scl-mark::after { position: absolute; inset: 0; font: 700 .9em/1 system-ui, sans-serif; text-align: center; }
.scl .scl-mark.scl-done::after { content: ""; inset: .05em auto auto .38em; width: .3em; height: .7em; }
.scl .scl-mark.scl-done::after { border: solid; border-width: 0 .16em .16em 0; transform: rotate(45deg); }
.scl .scl-mark.scl-doing::after { content: "\\203a"; font-size: 1.3em; line-height: .6; }
.scl .scl-mark.scl-blocked::after { content: "!"; }
.scl .scl-mark.scl-waived::after { content: "~"; }
.scl .scl-mark.scl-blocked { color: #d8432f; }
.scl .scl-mark.scl-doing { color: #3f83d1; }
.scl .scl-status.scl-blocked, .scl .scl-overdue { font-weight: 600; }
.scl .scl-lists { border-bottom: var(--scl-line); }
.scl .scl-lists section { display: flex; flex-wrap: wrap; gap: 0 1em; padding: .6em 0; border-top: var(--scl-line); break-inside: avoid; }
.scl .scl-lists h2 { flex: 1 0 10em; font-size: 1em; line-height: 1.4; margin: 0; padding: .15em 0; border: 0; }
.scl .scl-next li.scl-task { padding-top: .5em; padding-bottom: .5em; }
.scl .scl-next .scl-rank { top: .5em; }
.scl .scl-next li ul { list-style: none; display: flex; flex-wrap: wrap; padding: 0; margin: 0; font-size: .875em; }
.scl .scl-next li li:not(:last-child)::after { content: "\\b7"; margin: 0 .6em; }
.scl table.scl-phases { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.scl .scl-phases th, .scl .scl-phases td { padding: .35em 2em .35em 0; text-align: left; border-bottom: var(--scl-line); }
""".rstrip()
)

PLANNING_STYLE = (
    _SHARED_STYLE
    + """
.scl ul.scl-levels { list-style: none; padding: 0; margin: 1em 0; }
.scl .scl-levels li { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1em; padding: .1em 0; }
.scl .scl-levels strong { font-size: 1.25em; font-variant-numeric: tabular-nums; white-space: nowrap; }
.scl .scl-levels .scl-level { min-width: 2.2em; }
.scl .scl-picture > svg { display: block; }
.scl .scl-gantt, .scl .scl-finish { max-width: max(100%, 40rem); height: auto; }
.scl .scl-picture figcaption { font-size: .875em; margin-top: .4em; }
.scl ol.scl-path { padding-left: 1.8em; }
.scl .scl-path li { padding: .15em 0; break-inside: avoid; }
.scl .scl-path h3 { font-weight: 400; }
.scl .scl-wide { overflow-x: auto; }
.scl table.scl-table { width: 100%; border-collapse: collapse; font-size: .9375em; font-variant-numeric: tabular-nums; }
.scl .scl-table th, .scl .scl-table td { padding: .35em 0 .35em 1.4em; text-align: left; vertical-align: baseline; border-bottom: var(--scl-line); }
.scl .scl-table th:first-child { padding-left: 0; }
.scl .scl-table thead th { vertical-align: bottom; white-space: nowrap; }
.scl .scl-table td { white-space: nowrap; }
.scl .scl-table tbody th { font-weight: 400; min-width: 11em; overflow-wrap: anywhere; }
.scl .scl-table .scl-count { text-align: right; }
.scl .scl-table tr { break-inside: avoid; }
""".rstrip()
)

TAILORED_STYLE = """
.scl ul.scl-told { list-style: none; padding: 0; margin: 1em 0; }
.scl ul.scl-told > li { margin: 0; padding: .7em 0; border-bottom: var(--scl-line); }
.scl ul.scl-told > li:last-child { border-bottom: 0; }
.scl dl.scl-changes { display: grid; grid-template-columns: 7.5em 1fr; gap: .1em 1em; margin: .3em 0; }
.scl .scl-changes dt { opacity: .75; font-size: .875em; line-height: 1.7; }
.scl .scl-changes dd { margin: 0; min-width: 0; }
.scl .scl-changes ul { list-style: none; margin: 0; padding: 0; }
.scl .scl-changes del { text-decoration-thickness: 1px; opacity: .75; }
.scl .scl-changes ins { text-decoration: none; font-weight: 600; }
.scl .scl-changes li ins { font-weight: inherit; }
.scl .scl-sign { font-size: .875em; font-weight: 600; white-space: nowrap; }
.scl table.scl-origins { width: 100%; table-layout: fixed; border-collapse: collapse; font-size: .9375em; margin: .3em 0; }
.scl .scl-origins th, .scl .scl-origins td { padding: .35em 1em .35em 0; text-align: left; vertical-align: baseline; border-bottom: var(--scl-line); }
.scl .scl-origins th { font-weight: 400; width: 14%; }
.scl .scl-origins td { overflow-wrap: anywhere; }
.scl .scl-origins thead th { font-size: .875em; opacity: .75; width: auto; }
.scl .scl-origins thead th:first-child { width: 14%; }
.scl .scl-origins thead th:nth-child(3) { width: 16%; }
.scl .scl-origins thead th:last-child { width: 26%; }
.scl .scl-origins tbody tr:last-child > * { border-bottom: 0; }
.scl .scl-origins tr { break-inside: avoid; }
@media (max-width: 40rem) {
.scl .scl-origins, .scl .scl-origins tbody, .scl .scl-origins tr, .scl .scl-origins tbody th, .scl .scl-origins td { display: block; width: auto; }
.scl .scl-origins thead, .scl .scl-origins td:empty { display: none; }
.scl .scl-origins tbody th, .scl .scl-origins td { border: 0; padding: .05em 0; }
.scl .scl-origins tbody th { font-weight: 600; }
.scl .scl-origins tr { padding: .35em 0; border-bottom: var(--scl-line); }
.scl .scl-origins tbody tr:last-child { border-bottom: 0; }
.scl .scl-origins td::before { content: attr(data-column) ": "; opacity: .75; }
}
""".strip()

PAGE_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; padding: 2rem 1.25rem 3rem; background: Canvas; color: CanvasText; }
main { max-width: 46rem; margin: 0 auto; }
@page { margin: 18mm; }
@media print { body { padding: 0; } main { max-width: none; } }
""".strip()

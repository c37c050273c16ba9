"""The style sheet of HTML: one for all views, in a page and in a notebook."""

# Colours are mixed from the text colour that is in force around the fragment, so it fits any page and any notebook theme, whether or not
# that theme follows the system's setting. Lists and tables are named by two classes and an element, to
# outrank the rules of JupyterLab.
STYLE = """
.scl { --scl-line: 1px solid color-mix(in srgb, currentColor 25%, transparent); --scl-soft: color-mix(in srgb, currentColor 72%, transparent); }
.scl { max-width: 46rem; font: 1rem/1.5 system-ui, sans-serif; color: inherit; text-align: left; overflow-wrap: anywhere; }
.scl h1, .scl h2, .scl h3, .scl h4 { font-weight: 700; }
.scl h1 { font-size: 1.6em; line-height: 1.2; margin: 0 0 .5em; }
.scl h2 { font-size: 1.25em; line-height: 1.3; margin: 1.8em 0 .5em; padding-bottom: .2em; border-bottom: var(--scl-line); }
.scl h3, .scl h4 { font-size: 1em; line-height: 1.4; margin: 0; }
.scl section section h3 { margin-top: 1.2em; }
.scl section section > ul.scl-tasks { margin-top: 0; }
.scl p { margin: .3em 0; }
.scl ul, .scl ol { margin: .3em 0; padding-left: 1.4em; }
.scl .scl-prose + p.scl-prose { margin-top: .7em; }
.scl code { font: .95em ui-monospace, monospace; background: none; color: inherit; padding: 0; }
.scl pre.scl-code { margin: .5em 0; padding: .5em .8em; border: var(--scl-line); border-radius: .3em; background: none; color: inherit; font-size: 1em; line-height: 1.45; overflow-x: auto; }
.scl pre.scl-code code { font-size: .875em; white-space: pre; overflow-wrap: normal; background: none; color: inherit; padding: 0; }
.scl a { color: inherit; }
.scl .scl-meta, .scl .scl-facts { font-size: .875em; color: var(--scl-soft); }
.scl .scl-lead { font-weight: 600; margin: .5em 0 1em; }
.scl .scl-number { font-variant-numeric: tabular-nums; }
.scl h2 .scl-number { font-weight: 400; margin-right: .15em; }

.scl ul.scl-items { padding: 0; margin: .8em 0; list-style: none; }
.scl .scl-items > li { margin: 0; padding: .6em 0; border-bottom: var(--scl-line); break-inside: avoid; }
.scl .scl-items > li:last-child { border-bottom: 0; }
.scl .scl-items > li > :is(h2, h3, h4, h5, h6) { font-size: 1em; line-height: 1.4; margin: 0; padding: 0; border: 0; }
.scl :target { outline: 2px solid #3f83d1; outline-offset: 4px; }
.scl ol.scl-items { padding: 0 0 0 1.9em; margin: .8em 0; list-style: decimal; }
.scl ol.scl-items > li::marker { font-weight: 700; font-variant-numeric: tabular-nums; }
.scl .scl-tasks > li { padding-left: 1.9em; }
.scl .scl-mark { display: inline-block; width: 1.7em; margin-left: -1.9em; font-weight: 400; font-family: "DejaVu Sans", "Segoe UI Symbol", sans-serif; }
.scl .scl-brief > li { padding-top: .4em; padding-bottom: .4em; }
.scl .scl-priority { border: 1px solid currentColor; border-radius: 1em; padding: 0 .6em; white-space: nowrap; }
.scl .scl-critical { color: #fff; background: #b3261e; border-color: #b3261e; font-weight: 600; }
.scl .scl-high { border-color: #c27a0a; box-shadow: inset 0 0 0 1px #c27a0a; font-weight: 600; }
.scl .scl-low { border-style: dashed; }
.scl .scl-status.scl-blocked, .scl .scl-overdue { font-weight: 700; text-decoration: underline; text-decoration-color: #d8432f; text-decoration-thickness: 2px; text-underline-offset: 3px; }
.scl details { font-size: .875em; }
.scl summary { color: var(--scl-soft); cursor: pointer; }

.scl .scl-progress progress { appearance: none; box-sizing: border-box; width: 9em; height: .6em; margin-right: .4em; vertical-align: .05em; border: var(--scl-line); border-radius: .3em; overflow: hidden; background: none; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.scl .scl-progress progress::-webkit-progress-bar { background: none; }
.scl .scl-progress progress::-webkit-progress-value { background: #4a90e2; }
.scl .scl-progress progress::-moz-progress-bar { background: #4a90e2; }
.scl .scl-notice, .scl .scl-tips { padding: .7em 1.2em; margin: 1.2em 0; border: var(--scl-line); border-radius: .4em; break-inside: avoid; }
.scl .scl-notice h2, .scl .scl-notice h3, .scl .scl-tips h2 { font-size: 1em; margin: 0; padding: 0; border: 0; }
.scl .scl-notice ul.scl-items { margin: .3em 0 0; }
.scl .scl-notice .scl-items > li { padding: .2em 0; border: 0; }
.scl .scl-brief > h2 { font-size: 1.125em; margin: 1.4em 0 .1em; padding-bottom: .1em; }
.scl .scl-brief > ul.scl-items { margin: 0; }
.scl .scl-brief > .scl-items > li { padding: .25em 0; }
.scl .scl-items ul { font-size: .875em; margin: .15em 0; }
.scl .scl-items :is(ul, ol).scl-prose { font-size: 1em; margin: .3em 0; }
.scl .scl-items ul.scl-steps { padding: 0; list-style: none; }
.scl details ul.scl-steps { font-size: 1em; }
.scl ul.scl-steps > li { padding-left: 1.9em; margin: .2em 0; }

.scl dl.scl-fields { display: grid; grid-template-columns: 7.5em 1fr; gap: .1em 1em; margin: .3em 0; }
.scl dl.scl-fields dt { float: none; width: auto; grid-column: 1; font-size: .875em; line-height: 1.7; color: var(--scl-soft); font-weight: 400; }
.scl dl.scl-fields dd { float: none; width: auto; padding: 0; grid-column: 2; margin: 0; min-width: 0; }
.scl dl.scl-levels { grid-template-columns: 2.5em 1fr; margin: 1em 0; align-items: baseline; }
.scl dl.scl-levels dt { font-size: 1em; white-space: nowrap; }
.scl .scl-levels strong { font-size: 1.25em; font-variant-numeric: tabular-nums; white-space: nowrap; }
.scl del { text-decoration-thickness: 1px; color: var(--scl-soft); }
.scl ins { text-decoration: none; font-weight: 600; }

.scl .scl-picture { margin: 1.2em 0; }
.scl .scl-picture img { display: block; max-width: max(100%, 40rem); height: auto; }
.scl .scl-graph img { max-width: none; }
.scl figcaption { font-size: .875em; margin-top: .4em; }
.scl .scl-wide { overflow-x: auto; }
.scl table.scl-table { table-layout: auto; width: 100%; margin: .3em 0; border-collapse: collapse; font-size: .9375em; font-variant-numeric: tabular-nums; }
.scl .scl-table thead tr th, .scl .scl-table tbody tr th, .scl .scl-table tbody tr td { padding: .35em 0 .35em 1.4em; text-align: left; vertical-align: baseline; border-bottom: var(--scl-line); overflow-wrap: break-word; }
.scl .scl-table tr th:first-child { padding-left: 0; }
.scl .scl-table thead tr th { vertical-align: bottom; }
.scl .scl-table tbody tr th { font-weight: 400; min-width: 9em; }
.scl .scl-columns tbody tr td { white-space: nowrap; }
.scl .scl-day { white-space: nowrap; }
.scl .scl-records tbody tr td { min-width: 5.5em; }
.scl .scl-table thead tr th.scl-count, .scl .scl-table tbody tr td.scl-count { text-align: right; min-width: 0; }
.scl .scl-table tr { break-inside: avoid; background: none; }
@media (max-width: 30rem) { .scl table.scl-columns { font-size: .8125em; } .scl .scl-columns tbody tr td:not(.scl-count) { white-space: normal; } .scl .scl-columns tbody tr :is(th, td:last-child:not(.scl-count)) { min-width: 6em; } .scl .scl-columns tr :is(td, th):not(:first-child) { padding-left: .45em; } }
@media (max-width: 30rem) { .scl dl.scl-fields:not(.scl-levels) { display: block; } .scl dl.scl-fields:not(.scl-levels) dt { margin-top: .3em; } }
@media print { .scl { max-width: none; font-size: 10.5pt; } .scl h2 { break-after: avoid; } .scl section > p { break-after: avoid; } .scl .scl-wide { overflow: visible; } .scl details:not([open]) { display: none; } }
@media print { .scl .scl-critical { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
""".strip()

PAGE_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; padding: 2rem 1.25rem 3rem; background: Canvas; color: CanvasText; }
main { max-width: 46rem; margin: 0 auto; }
@page { margin: 18mm; }
@media print { body { padding: 0; } main { max-width: none; } }
""".strip()

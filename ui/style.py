"""How the page looks and the few lines of script it needs: system fonts, light and dark, down to 320 px."""

CSS = """
.gradio-container { max-width: 76rem !important; margin: 0 auto !important; font-size: 1rem; }
.findings .html-container { padding: 0 !important; }
@media (max-width: 40rem) { .gradio-container .main { padding: 1rem !important; } }
.findings { line-height: 1.55; overflow-wrap: anywhere; color: var(--body-text-color); }
.findings h1 { font-size: 1.7rem; font-weight: 700; margin: 0; }
.findings h2 { font-size: 1.15rem; font-weight: 650; margin: 0 0 .5rem; }
.findings h3 { font-size: 1rem; font-weight: 650; margin: .9rem 0 .25rem; }
.findings p { margin: 0 0 .7rem; }
.findings a { color: var(--link); text-decoration: underline; text-underline-offset: .15em; }
.findings ul, .findings ol { margin: .3rem 0 .8rem; padding-left: 1.3rem; }
.findings ul { list-style: disc; } .findings ol { list-style: decimal; }
.findings li { margin-bottom: .5rem; }
.findings li > .where { display: block; }
.findings code { font-family: ui-monospace, Consolas, monospace; padding: 0 .25em; border: 1px solid var(--line); }
.findings summary { cursor: pointer; padding: .35rem 0; }
.findings summary h2 { display: inline; }
.findings details { border-top: 1px solid var(--line); margin-top: .8rem; padding-top: .3rem; }
.findings .lead, .findings .asked, .findings .understood, .findings .where, .findings .origin { color: var(--quiet); }
.findings .asked { font-style: italic; }
.findings .understood, .findings .where, .findings .origin { font-size: .9rem; }
.findings .banner, .findings .notice, .findings .error, .findings .note {
  padding: .6rem .9rem; border-left: 4px solid; }
.findings .banner { border-color: #2563a8; background: var(--tint); }
.findings .notice { border-color: #8a6100; background: var(--tint); font-weight: 600; }
.findings .note { border-color: #777; background: var(--tint); }
.findings .error { border-color: #b3261e; background: var(--tint); }
.findings .claim { font-size: 1.08rem; }
.findings .frame { font-weight: 650; }
.findings .marks { white-space: nowrap; }
.findings .mark { margin-left: .15em; padding: .15em .1em; }
.findings .card { border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem; margin-bottom: .9rem;
  scroll-margin-top: 1rem; }
.findings .card:focus, .findings .card:target {
  border-color: var(--link); box-shadow: 0 0 0 2px var(--link); outline: 0; }
.findings .card h3 { margin: 0 0 .25rem; }
.findings blockquote { margin: .3rem 0 .6rem; padding-left: .8rem; border-left: 3px solid var(--line); }
.findings mark { background: var(--marker); color: inherit; border-bottom: 2px solid var(--marker-line); 
  padding: .05em 0; -webkit-box-decoration-break: clone; box-decoration-break: clone; }
.findings sup { font-size: .75em; vertical-align: super; line-height: 0; }
.findings, gradio-app { --link: #0b57a4; --line: #c9ccd1; --quiet: #4b5563; --tint: #f3f5f8; --marker: #fff1b8;
  --marker-line: #8a6100; }
.dark .findings, .dark gradio-app, .dark { --link: #8ab8f5; --line: #4a4f58; --quiet: #b4bac4; --tint: #1d2229;
  --marker: #4d3f0c; --marker-line: #e2b93b; }
#examples button { white-space: normal; justify-content: flex-start; text-align: left; font-size: .95rem;
  font-weight: 400; padding: .5rem .8rem; background: transparent; border: 1px solid var(--line); }
#examples button:hover { border-color: var(--link); }
textarea::placeholder { color: var(--quiet) !important; opacity: 1; }
a:focus-visible, button:focus-visible, summary:focus-visible, textarea:focus-visible {
  outline: 3px solid var(--link) !important; outline-offset: 2px; }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
"""

# The answer is announced when it arrives; the element itself stays while its contents are replaced.
ANNOUNCE = """
element.setAttribute('role', 'region');
element.setAttribute('aria-label', 'Answer');
element.setAttribute('aria-live', 'polite');
"""

# A mark moves to its card and the card's number back to the mark, for the keyboard as well, and whatever the page's
# address looks like (a base address makes the browser load the page anew for "#source-1" where it has a query). An
# example question, which stands below the answers, moves up to the box that it fills.
FOLLOW = """
document.addEventListener('click', (event) => {
  if (event.target.closest('#examples button')) document.getElementById('question').scrollIntoView();
  const link = event.target.closest('.findings a[href^="#"]');
  const target = link && document.getElementById(link.hash.slice(1));
  if (!target) return;
  event.preventDefault();
  target.focus({preventScroll: true});
  target.scrollIntoView({block: 'nearest'});
});
"""

// What the page does by itself: marks open their source beside, pages turn, citations are copied, drafts survive a
// reload. It makes no markup: what it shows was made by the server and is moved or copied as it is; everything else is
// set as text.

const byId = (id) => document.getElementById(id);
const wide = () => window.matchMedia('(min-width: 64rem)').matches;
const DRAFT = 'findings-draft'; // these two as in starting.html
const ASKED = 'findings-asked';
const ZOOMS = [1, 1.25, 1.5, 2, 3];

// ── said to screen readers ──
const say = (text) => {
  const said = byId('said');
  if (!said) return;
  said.textContent = '';
  setTimeout(() => { said.textContent = text; }, 50);
};

const copied = async (text, what) => {
  try {
    await navigator.clipboard.writeText(text);
    say(`${what} copied`);
    return true;
  } catch {
    window.prompt('Copy this:', text);
    return false;
  }
};

const flash = (button) => {
  if (button.dataset.words) return;
  button.dataset.words = button.textContent;
  button.textContent = 'Copied';
  setTimeout(() => { button.textContent = button.dataset.words; delete button.dataset.words; }, 1600);
};

// ── the source beside ──
const shown = { item: null, mark: null, page: 0, zoom: 0, url: '', asked: 0 };

const itemsOf = (item) => [...item.closest('ol').children];

function open(answer, number, mark, focus = true) {
  const item = byId(`source-${answer}-${number}`);
  if (!item) return;
  document.querySelectorAll('[aria-current="true"]').forEach((one) => one.removeAttribute('aria-current'));
  document.querySelectorAll(`#turn-${CSS.escape(answer)} [data-source="${number}"]`)
    .forEach((one) => one.setAttribute('aria-current', 'true'));
  Object.assign(shown, { item, mark: mark || byId(`mark-${answer}-${number}`) });
  const text = byId('panel-text');
  text.replaceChildren(...[...item.cloneNode(true).childNodes]);
  const title = text.querySelector('.title');
  byId('panel-title').textContent = `Source ${number}: ${title ? title.textContent : ''}`;
  if (title) title.remove();
  // The page comes right below the quote; what can be done with it, after that.
  byId('panel-more').replaceChildren(...text.querySelectorAll('.origin, .copies, .wrong'));
  byId('panel').dataset.answer = answer;
  byId('panel').dataset.number = number;
  const at = itemsOf(item).indexOf(item);
  const all = itemsOf(item).length;
  disable('previous', at === 0);
  disable('next', at === all - 1);
  ends();
  byId('panel').hidden = false;
  byId('panel-page').hidden = !item.dataset.pages;
  if (item.dataset.pages) turnTo(Number(item.dataset.page));
  if (focus) {
    byId('panel-title').focus({ preventScroll: true });
    byId('panel').scrollTop = 0;
    if (!wide()) byId('panel').scrollIntoView({ block: 'start' });
  }
}

const disable = (what, off) => {
  document.querySelector(`[data-panel="${what}"]`).setAttribute('aria-disabled', off ? 'true' : 'false');
};

async function turnTo(page) {
  const { document: paper, pages, start, end, page: quoted } = shown.item.dataset;
  const asked = ++shown.asked;
  shown.page = page;
  disable('back', page <= 1);
  disable('on', page >= Number(pages));
  const query = new URLSearchParams({ document: paper, page });
  if (page === Number(quoted)) { query.set('start', start); query.set('end', end); }
  const picture = byId('panel-picture');
  const trouble = byId('panel-trouble');
  picture.classList.add('loading');
  let answer = null;
  try {
    answer = await fetch(`picture?${query}`);
  } catch { /* said below */ }
  if (asked !== shown.asked) return;
  trouble.hidden = Boolean(answer && answer.ok);
  picture.hidden = !trouble.hidden;
  if (!trouble.hidden) {
    trouble.textContent = answer ? await answer.text() : 'The page cannot be drawn: Findings does not answer.';
    return;
  }
  const blob = await answer.blob();
  if (asked !== shown.asked) return;
  if (shown.url) URL.revokeObjectURL(shown.url);
  shown.url = URL.createObjectURL(blob);
  const printed = decodeURIComponent(answer.headers.get('printed-page') || '');
  const where = `Page ${page} of ${pages}${printed && printed !== String(page) ? `, printed ${printed}` : ''}`;
  const onQuote = page === Number(quoted);
  byId('panel-where').textContent = where + (onQuote ? ', the quote is boxed' : '');
  picture.alt = `${where}${onQuote ? ', with the quote boxed; its words stand above as text' : ''}`;
  picture.onload = () => {
    picture.classList.remove('loading');
    const sheet = picture.parentElement;
    const top = Number(answer.headers.get('quote-top') || 0);
    sheet.scrollTop = Math.max(0, top * picture.clientHeight - sheet.clientHeight / 3);
    document.documentElement.dataset.pictured = `${page}`;
  };
  picture.src = shown.url;
}

function zoom(step) {
  shown.zoom = Math.min(ZOOMS.length - 1, Math.max(0, shown.zoom + step));
  byId('panel-picture').style.width = `${100 * ZOOMS[shown.zoom]}%`;
  ends();
  say(`${100 * ZOOMS[shown.zoom]}%`);
}

function ends() {
  disable('out', shown.zoom === 0);
  disable('in', shown.zoom === ZOOMS.length - 1);
}

function close() {
  byId('panel').hidden = true;
  document.querySelectorAll('[aria-current="true"]').forEach((one) => one.removeAttribute('aria-current'));
  if (shown.mark && shown.mark.isConnected) shown.mark.focus();
}

const PANEL = {
  close,
  back: () => turnTo(shown.page - 1),
  on: () => turnTo(shown.page + 1),
  quoted: () => turnTo(Number(shown.item.dataset.page)),
  in: () => zoom(1),
  out: () => zoom(-1),
  previous: () => beside(-1),
  next: () => beside(1),
};

function beside(step) {
  const next = itemsOf(shown.item)[itemsOf(shown.item).indexOf(shown.item) + step];
  if (next) open(next.closest('.turn').dataset.answer, next.dataset.number, null, false);
}

// ── when an answer has come ──
function arrived(region) {
  const turn = region.querySelector('.turn:last-of-type');
  if (!turn || turn.dataset.seen === turn.dataset.answer + turn.getAttribute('aria-busy')) return;
  turn.dataset.seen = turn.dataset.answer + turn.getAttribute('aria-busy');
  document.body.classList.add('asked');
  if (turn.hasAttribute('aria-busy')) {
    turn.scrollIntoView({ block: 'start' });
    say('Looking through the papers');
    return;
  }
  const words = [...turn.querySelectorAll('.claim, .notice, .error')].map((one) => {
    const copy = one.cloneNode(true);
    copy.querySelectorAll('.marks, .verdict').forEach((part) => part.remove());
    return copy.textContent.trim();
  });
  say(`Answer: ${words.join(' ')}`);
  const { answer, conversation } = turn.dataset;
  const asked = new URLSearchParams(location.search);
  if (conversation && !asked.has('answer')) {
    asked.set('conversation', conversation);
    history.replaceState(null, '', `?${asked}`);
  }
  const first = turn.querySelector('.source');
  if (first && wide()) open(answer, 1, null, false); else if (!first && byId('panel')) byId('panel').hidden = true;
  const wanted = asked.get('answer') && byId(`turn-${asked.get('answer')}`);
  if (wanted) {
    wanted.scrollIntoView({ block: 'start' });
    if (wide() && wanted.querySelector('.source')) open(asked.get('answer'), 1, null, false);
    history.replaceState(null, '', `?${new URLSearchParams({ conversation: conversation || '' })}`);
  }
  const box = document.querySelector('#question textarea');
  if (document.activeElement === box) box.select();
}

// ── tables that can be sorted and filtered ──
function sort(button) {
  const table = button.closest('table');
  const head = button.closest('th');
  const column = [...head.parentElement.children].indexOf(head);
  const down = head.getAttribute('aria-sort') === 'ascending';
  head.parentElement.querySelectorAll('[aria-sort]').forEach((one) => one.removeAttribute('aria-sort'));
  head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
  const key = (row) => row.children[column].dataset.order ?? row.children[column].textContent.trim();
  const rows = [...table.tBodies[0].rows];
  rows.sort((a, b) => key(a).localeCompare(key(b), 'en', { numeric: true }) * (down ? -1 : 1));
  table.tBodies[0].append(...rows);
}

function filter(words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  document.querySelectorAll('.papers').forEach((list) => {
    let count = 0;
    list.querySelectorAll('tbody tr').forEach((row) => {
      const text = row.textContent.toLowerCase();
      row.hidden = !wanted.every((word) => text.includes(word));
      count += row.hidden ? 0 : 1;
    });
    list.querySelector('[data-shown]').textContent = count.toLocaleString('en');
  });
}

// ── what is clicked and typed ──
document.addEventListener('click', (event) => {
  const target = event.target.closest(
    'a[data-source], [data-panel], [data-copy], [data-link], [data-sort], #examples button'
  );
  if (!target) return;
  const { source, panel, copy, link, sort: column } = target.dataset;
  if (source) {
    event.preventDefault();
    open(target.closest('.turn').dataset.answer, source, target);
  } else if (panel) {
    if (target.getAttribute('aria-disabled') !== 'true') PANEL[panel]();
  } else if (copy) {
    copied(copy, 'Citation').then((done) => done && flash(target));
  } else if (link) {
    copied(new URL(link, location.origin).href, 'Link').then((done) => done && flash(target));
  } else if (column) {
    sort(target);
  }
});

document.addEventListener('keydown', (event) => {
  const panel = byId('panel');
  if (event.key === 'Escape' && panel && !panel.hidden && panel.contains(document.activeElement)) close();
});

document.addEventListener('input', (event) => {
  if (event.target.matches('#question textarea')) sessionStorage.setItem(DRAFT, event.target.value);
  if (event.target.matches('#filter-papers input, #filter-papers textarea')) filter(event.target.value);
});

// The box may come to the page after this script.
function restore(tries) {
  const box = document.querySelector('#question textarea');
  if (!box && tries > 0) { setTimeout(restore, 50, tries - 1); return; }
  const draft = sessionStorage.getItem(DRAFT);
  const asked = sessionStorage.getItem(ASKED);
  sessionStorage.removeItem(ASKED);
  if (!box || !draft || box.value) return;
  box.value = draft;
  box.dispatchEvent(new Event('input', { bubbles: true }));
  if (asked) setTimeout(send, 100, 100);
}

// Asks what was asked while Findings was starting; after the conversation that it may follow up has come back.
function send(tries) {
  const address = new URLSearchParams(location.search);
  const back = !(address.get('conversation') || address.get('answer')) || document.querySelector('.turn');
  if (back || tries === 0) byId('ask').click(); else setTimeout(send, 100, tries - 1);
}
restore(100);

window.findings = { arrived, say };

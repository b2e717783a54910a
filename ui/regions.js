// A part of the conversation: what is pressed in it goes to the server as an event of its own.
const turnOf = (one) => one.closest('.turn')?.dataset.answer || '';

element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-drop], [data-follow], [data-judge]');
  if (!button) return;
  const { drop, follow, judge } = button.dataset;
  if (drop) trigger('drop', { answer: turnOf(button), value: drop });
  if (follow) trigger('follow', { question: follow });
  if (judge) {
    button.parentElement.querySelectorAll('[data-judge]').forEach((one) => {
      one.setAttribute('aria-pressed', String(one === button));
    });
    const form = button.closest('.turn').querySelector(':scope > .objection');
    form.hidden = judge === 'good';
    if (!form.hidden) form.querySelector('input').focus();
    trigger('judge', { answer: turnOf(button), good: judge === 'good' });
  }
});

element.addEventListener('submit', (event) => {
  event.preventDefault();
  const said = Object.fromEntries(new FormData(event.target));
  trigger('judge', { answer: turnOf(event.target), good: false, ...said });
  event.target.hidden = true;
});

watch('value', () => window.findings?.arrived(element));

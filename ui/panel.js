// The source beside: what a person finds wrong with a citation goes to the server.
element.addEventListener('submit', (event) => {
  event.preventDefault();
  const { answer, number } = event.target.closest('#panel').dataset;
  const said = Object.fromEntries(new FormData(event.target));
  trigger('judge', { answer, citation: Number(number), good: false, ...said });
  event.target.closest('details').open = false;
});

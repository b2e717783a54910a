// A list whose entries can be taken out: asked again, and then told to the server.
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-remove], [data-forget]');
  if (!button) return;
  const { remove, forget } = button.dataset;
  if (remove && window.confirm(`Remove ${remove} from Findings? A file of your own stays where it is.`)) trigger('remove', { name: remove });
  if (forget && window.confirm('Delete this conversation for good?')) trigger('forget', { conversation: forget });
});

// Pictures chosen for upload: shown at once, with what is wrong said before the long upload.
document.addEventListener('change', (event) => {
  const box = event.target.closest?.('[data-files]');
  if (!box || event.target.type !== 'file') return;
  const { limit, bytes, tooMany, tooBig } = box.dataset;
  const files = [...event.target.files];
  const kept = box.querySelectorAll('input[type=checkbox]:checked').length;
  const heavy = files.find((file) => file.size > Number(bytes));
  let problem = '';
  if (files.length + kept > Number(limit)) problem = tooMany;
  else if (heavy) problem = tooBig.replace('{name}', heavy.name);
  const message = box.querySelector('[data-files-error]');
  message.textContent = problem;
  message.hidden = !problem;
  event.target.setCustomValidity(problem);
  box.querySelector('[data-files-preview]').replaceChildren(...files.map(thumb));
});

function thumb(file) {
  const item = document.createElement('li');
  if (file.type.startsWith('image/')) {
    const image = document.createElement('img');
    image.src = URL.createObjectURL(file);
    image.alt = '';
    image.addEventListener('load', () => URL.revokeObjectURL(image.src));
    item.append(image);
  }
  const name = document.createElement('span');
  name.textContent = `${file.name} (${(file.size / 1048576).toFixed(1)} MB)`;
  item.append(name);
  return item;
}

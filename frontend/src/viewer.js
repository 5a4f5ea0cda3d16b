// Shows a case on its diagram: templates/macros/diagram.html. Read-only; the list beside it says the same.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

const BADGES = { completed: '✓', active: '●', rejected: '✕' };

for (const box of document.querySelectorAll('[data-diagram]')) {
  show(box).catch(() => {
    box.textContent = box.dataset.failed;
    box.classList.add('diagram-failed');
  });
}

async function show(box) {
  const answer = await fetch(box.dataset.diagram);
  if (!answer.ok) throw new Error(`diagram: ${answer.status}`);
  const viewer = new NavigatedViewer({ container: box });
  await viewer.importXML(await answer.text());
  const canvas = viewer.get('canvas');
  const known = viewer.get('elementRegistry');
  for (const [id, { state, note }] of Object.entries(JSON.parse(box.dataset.marks))) {
    const element = known.get(id);
    if (!element) continue; // the diagram may have changed under a migrated case
    canvas.addMarker(id, `st-${state}`);
    if (!element.waypoints) badge(viewer.get('overlays'), id, state, note);
  }
  fit(canvas);
  box.append(buttons(box, canvas));
}

function badge(overlays, id, state, note) {
  overlays.add(id, { position: { top: -10, right: 12 }, html: words('diagram-badge', state, BADGES[state]) });
  if (note) overlays.add(id, { position: { bottom: -4, left: 0 }, html: words('diagram-note', state, note) });
}

/** Always text, never markup: opinions and names are other people's words. */
function words(kind, state, text) {
  const element = document.createElement('div');
  element.className = `${kind} ${kind}-${state}`;
  element.textContent = text;
  return element;
}

/** The whole diagram, but small ones not blown up. */
function fit(canvas) {
  canvas.zoom('fit-viewport', 'auto');
  if (canvas.zoom() > 1) canvas.zoom(1, 'auto');
}

function buttons(box, canvas) {
  const bar = document.createElement('div');
  bar.className = 'diagram-buttons';
  const add = (text, label, act) => {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'btn btn-icon', textContent: text });
    button.setAttribute('aria-label', label);
    button.title = label;
    button.addEventListener('click', act);
    bar.append(button);
  };
  add('+', box.dataset.zoomIn, () => canvas.zoom(canvas.zoom() * 1.25));
  add('−', box.dataset.zoomOut, () => canvas.zoom(canvas.zoom() / 1.25));
  add('⤢', box.dataset.zoomFit, () => fit(canvas));
  return bar;
}

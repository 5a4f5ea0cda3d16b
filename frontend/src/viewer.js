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
  const active = known.find((element) => canvas.hasMarker(element, 'st-active'));
  const refit = () => fit(box, canvas, active);
  refit();
  box.after(buttons(box, canvas, refit));
  let width = box.clientWidth;
  new ResizeObserver(() => {
    if (width === box.clientWidth || !box.clientWidth) return;
    width = box.clientWidth;
    canvas.resized();
    refit();
  }).observe(box);
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

const WATERMARK = 44; // pixels at the bottom that its licence wants uncovered
const READABLE = 0.5;

/** The whole diagram above the watermark, not blown up; too wide to be read: the part around the current step. */
function fit(box, canvas, active) {
  if (!box.clientWidth) return; // hidden: the observer comes back when it is shown
  const { inner } = canvas.viewbox();
  const width = box.clientWidth;
  const height = box.clientHeight - WATERMARK;
  const whole = Math.min(width / (inner.width + 32), height / (inner.height + 48), 1);
  const scale = Math.max(whole, READABLE);
  const part = scale > whole && active ? active : inner;
  canvas.viewbox({
    x: from(part.x + part.width / 2, width / scale, inner.x - 16, inner.width + 32),
    y: from(part.y + part.height / 2, height / scale, inner.y - 24, inner.height + 48),
    width: width / scale,
    height: box.clientHeight / scale,
  });
}

/** Where a window of `size` around `middle` begins that shows nothing beyond the diagram while it is smaller. */
function from(middle, size, start, length) {
  if (size >= length) return start + (length - size) / 2;
  return Math.min(Math.max(middle - size / 2, start), start + length - size);
}

function buttons(box, canvas, refit) {
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
  add('⤢', box.dataset.zoomFit, refit);
  return bar;
}

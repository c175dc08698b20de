// Moving about in the drawing: drag, wheel, pinch, buttons. One point of `world` (x, y) is at
// (x * zoom + left, y * zoom + top) of the canvas.

const canvas = byId('canvas'), world = byId('world');
const view = {left: 0, top: 0, zoom: 1};
const MIN_ZOOM = 0.04, MAX_ZOOM = 2.5, FAR = 0.45, MARGIN = 28;
let extent = {width: 1, height: 1, down: false};

function applyView() {
  world.setAttribute('transform', `translate(${view.left} ${view.top}) scale(${view.zoom})`);
  canvas.classList.toggle('far', view.zoom < FAR);
}

// Some of the drawing always stays in sight.
function moveTo(left, top) {
  const {clientWidth, clientHeight} = canvas;
  const keep = 80;
  view.left = Math.min(clientWidth - keep, Math.max(keep - extent.width * view.zoom, left));
  view.top = Math.min(clientHeight - keep, Math.max(keep - extent.height * view.zoom, top));
  applyView();
}

function zoomAt(x, y, factor) {
  const zoom = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, view.zoom * factor));
  const ratio = zoom / view.zoom;
  view.zoom = zoom;
  moveTo(x - (x - view.left) * ratio, y - (y - view.top) * ratio);
}

const zoomBy = (factor) => zoomAt(canvas.clientWidth / 2, canvas.clientHeight / 2, factor);

// Shows all, or of where the graph begins as much as can be read.
function fitView(smallest) {
  const {clientWidth, clientHeight} = canvas;
  const whole = Math.min((clientWidth - 2 * MARGIN) / extent.width,
                         (clientHeight - 2 * MARGIN) / extent.height);
  view.zoom = Math.max(MIN_ZOOM, smallest, Math.min(1.15, whole));
  const start = (room, size, centred) =>
    (centred || size + 2 * MARGIN <= room ? (room - size) / 2 : MARGIN);
  moveTo(start(clientWidth, extent.width * view.zoom, extent.down),
         start(clientHeight, extent.height * view.zoom, false));
}

let animation = 0;

// Brings a box to where it is wholly seen and can be read, and does nothing if it is.
function reveal(box) {
  const {clientWidth, clientHeight} = canvas;
  const x = box.x * view.zoom + view.left, y = box.y * view.zoom + view.top;
  const right = x + box.width * view.zoom, bottom = y + box.height * view.zoom;
  if (view.zoom >= FAR && x > 8 && y > 8 && right < clientWidth - 8 && bottom < clientHeight - 8) return;
  const zoom = Math.max(view.zoom, 0.8);
  const goal = {
    zoom, left: clientWidth / 2 - (box.x + box.width / 2) * zoom,
    top: clientHeight / 2 - (box.y + box.height / 2) * zoom,
  };
  const from = {...view};
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const start = performance.now(), run = ++animation;
  const step = (now) => {
    if (run !== animation) return;
    const done = still ? 1 : Math.min(1, Math.max(0, now - start) / 260);
    const eased = 1 - (1 - done) ** 3;
    for (const name of ['left', 'top', 'zoom']) view[name] = from[name] + (goal[name] - from[name]) * eased;
    applyView();
    if (done < 1) requestAnimationFrame(step);
  };
  step(still ? start : start + 1);
}

// Where in the canvas an event is.
function place(event) {
  const {left, top} = canvas.getBoundingClientRect();
  return {x: event.clientX - left, y: event.clientY - top};
}

const pointers = new Map();
let dragged = false;

function pointerMoved(event) {
  const last = pointers.get(event.pointerId);
  if (!last) return;
  const next = place(event);
  if (pointers.size === 1) {
    if (!dragged && Math.hypot(next.x - last.x, next.y - last.y) < 5) return;
    // Only now: a captured pointer clicks on the canvas, whatever is under it.
    if (!dragged) canvas.setPointerCapture(event.pointerId);
    dragged = true;
    canvas.classList.add('dragging');
    moveTo(view.left + next.x - last.x, view.top + next.y - last.y);
  } else {
    const [other] = [...pointers.entries()].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    dragged = true;
    const before = Math.hypot(last.x - other.x, last.y - other.y);
    const now = Math.hypot(next.x - other.x, next.y - other.y);
    zoomAt((next.x + other.x) / 2, (next.y + other.y) / 2, now / Math.max(1, before));
  }
  pointers.set(event.pointerId, next);
}

function pointerGone(event) {
  pointers.delete(event.pointerId);
  if (pointers.size === 0) canvas.classList.remove('dragging');
}

canvas.addEventListener('pointerdown', (event) => {
  if (event.button !== 0) return;
  ++animation;
  if (pointers.size === 0) dragged = false;
  pointers.set(event.pointerId, place(event));
});
canvas.addEventListener('pointermove', pointerMoved);
for (const name of ['pointerup', 'pointercancel', 'pointerleave']) canvas.addEventListener(name, pointerGone);

canvas.addEventListener('wheel', (event) => {
  event.preventDefault();
  ++animation;
  const unit = event.deltaMode === 1 ? 20 : 1;
  if (event.ctrlKey || event.metaKey) {
    const {x, y} = place(event);
    zoomAt(x, y, Math.exp(-event.deltaY * unit * 0.004));
  } else if (event.shiftKey && event.deltaX === 0) {
    moveTo(view.left - event.deltaY * unit, view.top);
  } else {
    moveTo(view.left - event.deltaX * unit, view.top - event.deltaY * unit);
  }
}, {passive: false});

byId('zoom-in').addEventListener('click', () => zoomBy(1.3));
byId('zoom-out').addEventListener('click', () => zoomBy(1 / 1.3));
byId('zoom-fit').addEventListener('click', () => fitView(0));

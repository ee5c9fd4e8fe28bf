"use strict";

// The page of a session: a reel of pictures, a frame for each line, and whoever looks at it.
//
// reel.frames[0] is what there was before the first line, reel.frames[n] what there was after line n. Every
// reel.every lines a frame is whole; the others say what differs from the one before (kshell/pictures/page/reel.py).

const reel = JSON.parse(document.getElementById("reel").textContent);
const last = reel.frames.length - 1;
const byId = (id) => document.getElementById(id);
const make = (name, attributes = {}, text = "") => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
};
const draw = (name, attributes = {}, text = "") => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
};

// A text by its number; one of several rows is kept as the numbers of its rows.
const textOf = (number) => {
  const text = reel.texts[number];
  return typeof text === "string" ? text : text.map(textOf).join("\n");
};

// Frames

// What was shown last, so that the next line is one step and not a walk from the whole frame before it.
let shown = { line: -1, pictures: {}, answers: {}, now: 0 };

function frameAt(line) {
  let frame = shown;
  if (line < shown.line || line - (line % reel.every) > shown.line) {
    frame = { line: line - (line % reel.every) - 1, pictures: {}, answers: {}, now: 0 };
  }
  while (frame.line < line) advance(frame);
  shown = frame;
  return frame;
}

function advance(frame) {
  frame.line += 1;
  const row = reel.frames[frame.line];
  if (row.whole) {
    frame.pictures = Object.fromEntries(Object.entries(row.whole.pictures).map(([tab, list]) => [tab, list.slice()]));
    frame.answers = { ...row.whole.answers };
    frame.now = row.whole.now;
  }
  for (const [tab, splices] of Object.entries(row.pictures || {})) {
    const list = (frame.pictures[tab] = frame.pictures[tab] || []);
    for (const [at, gone, ...come] of splices) list.splice(at, gone, ...come);
  }
  for (const [key, text] of Object.entries(row.answers || {})) {
    if (text < 0) delete frame.answers[key];
    else frame.answers[key] = text;
  }
  if (row.now !== undefined) frame.now = row.now;
}

// What stands where: views of a tab, each with its boxes, and each box with its marks.
function viewsOf(list) {
  const views = [];
  let top = 0;
  for (const number of list) {
    const piece = reel.pieces[number];
    if (piece.length === 3) {
      views.push({ title: textOf(piece[0]), width: piece[1], height: piece[2], boxes: [] });
      top = 0;
      continue;
    }
    const [shape, x, down, key] = piece;
    top += down;
    views.at(-1).boxes.push({ key: textOf(key), x, y: top, marks: reel.shapes[shape], lit: isLit(shape) });
  }
  return views;
}

// Whether a shape has a mark that says "changed by this line".
const lit = new Map();
function isLit(shape) {
  if (!lit.has(shape)) {
    const classes = reel.shapes[shape].flatMap((mark) => textOf(mark[5]).split(" "));
    lit.set(shape, classes.includes("changed") || classes.includes("mark"));
  }
  return lit.get(shape);
}

const isChanged = (list) => list.some((number) => reel.pieces[number].length === 4 && isLit(reel.pieces[number][0]));

// Drawing

function drawMark([kind, x, y, width, height, style, text = 0, title = 0]) {
  const look = { class: textOf(style) };
  if (kind === "t") return draw("text", { x, y, ...look }, textOf(text));
  if (kind === "l") return draw("line", { x1: x, y1: y, x2: x + width, y2: y + height, ...look });
  const made = draw("rect", { x, y, width, height, ...look });
  made.about = textOf(title);
  return made;
}

function drawBox(box) {
  const group = draw("g", { transform: `translate(${box.x} ${box.y})` });
  group.append(...box.marks.map(drawMark));
  if (box.lit) group.classList.add("lit");
  // A box that lies around others is not what a person wants to be led to.
  if (box.lit && box.marks.some((mark) => textOf(mark[5]).split(" ").includes("holder"))) {
    group.classList.add("around");
  }
  const about = [...group.children].map((mark) => mark.about).find(Boolean);
  if (!box.key) return group;
  group.dataset.key = box.key;
  if (about === undefined) return group;
  group.about = about;
  group.classList.add("thing");
  const named = { tabindex: 0, role: "button", "aria-label": about + (box.lit ? "; changed by this line" : "") };
  for (const [name, value] of Object.entries(named)) group.setAttribute(name, value);
  return group;
}

function drawView(view) {
  const size = { viewBox: `0 0 ${view.width} ${view.height}`, width: view.width, height: view.height };
  const picture = draw("svg", { ...size, role: "group", "aria-label": view.title });
  picture.append(...view.boxes.map(drawBox));
  const figure = make("figure");
  figure.append(picture);
  return figure;
}

// What is looked at

let line = 0;
// What is shown: one picture, or what a line works with above where that is in the address space.
const OVERVIEW = "Overview";
const [SHOWN, ABOVE, BELOW] = ["This line", "VMOs", "Address space"];
let tab = OVERVIEW;
// The key of the thing whose answer is open.
let pinned = "";

const has = (frame, name) => (frame.pictures[name] || []).length > 0;

function tabsOf(frame) {
  return [OVERVIEW, ...Object.keys(frame.pictures).filter((name) => name !== SHOWN && has(frame, name))];
}

function panesOf(frame, name) {
  if (name !== OVERVIEW) return [name];
  if (has(frame, SHOWN)) return [SHOWN];
  return [ABOVE, BELOW].filter((other) => has(frame, other));
}

function show() {
  const frame = frameAt(line);
  const stage = byId("stage");
  const focused = stage.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  const names = panesOf(frame, tabsOf(frame).includes(tab) ? tab : OVERVIEW);
  const panes = names.map((name) => showPane(name, frame));
  if (panes.some((pane, at) => stage.children[at] !== pane) || stage.children.length !== panes.length) {
    stage.replaceChildren(...panes);
  }
  showTabs(frame);
  byId("now").textContent = textOf(frame.now);
  byId("hint").textContent = POINT;
  if (focused) boxOf(focused)?.focus({ preventScroll: true });
  if (pinned) pin(pinned);
  // Where there is little room, all panes scroll as one.
  const apart = getComputedStyle(panes[0]).overflowY === "auto";
  if (!apart) bringIntoSight(stage.querySelector(LED_TO), stage);
  else for (const pane of panes) bringIntoSight(pane.querySelector(LED_TO), pane);
}

// A pane is kept from line to line, and with it how far it is scrolled.
const panes = new Map();
function showPane(name, frame) {
  const pane = panes.get(name) || make("div", { class: "pane", "data-pane": name });
  panes.set(name, pane);
  const top = pane.scrollTop;
  pane.replaceChildren(...viewsOf(frame.pictures[name] || []).map(drawView));
  pane.scrollTop = top;
  return pane;
}

function showTabs(frame) {
  const nav = byId("tabs");
  const held = nav.contains(document.activeElement) ? document.activeElement.dataset.tab : null;
  const names = tabsOf(frame);
  const now = names.includes(tab) ? tab : OVERVIEW;
  nav.replaceChildren(...names.map((name, at) => {
    const button = make("button", { type: "button", "data-tab": name, "aria-pressed": name === now }, name);
    button.title = `${name} (${at + 1})`;
    if (isChanged(frame.pictures[name] || [])) {
      button.append(make("span", { class: "dot", role: "img", "aria-label": "changed by this line" }));
    }
    return button;
  }));
  if (held !== null) [...nav.children].find((button) => button.dataset.tab === held)?.focus();
}

function boxOf(key) {
  return [...byId("stage").querySelectorAll("g.thing")].find((group) => group.dataset.key === key);
}

function bringIntoSight(element, pane) {
  if (!element) return;
  const [inner, outer] = [element.getBoundingClientRect(), pane.getBoundingClientRect()];
  if (inner.top < outer.top || inner.bottom > outer.bottom) {
    pane.scrollTop += inner.top - outer.top - Math.max(0, (outer.height - inner.height) / 3);
  }
}

// The first thing that a line changed, and not what lies around it.
const LED_TO = "g.lit[data-key]:not(.around)";
const POINT = "Point at a thing to be told what it is; a click, or Enter, tells why.";

// Answers

// What there is to say of a thing: what `why` says where that was asked, else what stands in the picture.
function answerOf(key, group) {
  if (shown.answers[key] !== undefined) return textOf(shown.answers[key]);
  if (!group) return "It is not in this picture after this line.";
  return [...group.children].map((mark) => mark.about).filter(Boolean).join("\n");
}

function pin(key) {
  const group = boxOf(key);
  pinned = key;
  for (const other of document.querySelectorAll("g.picked")) other.classList.remove("picked");
  if (group) group.classList.add("picked");
  byId("panel").hidden = false;
  const [subject, ...answer] = answerOf(key, group).split("\n");
  byId("subject").textContent = subject;
  byId("answer").textContent = answer.join("\n");
}

function unpin() {
  const group = boxOf(pinned);
  pinned = "";
  byId("panel").hidden = true;
  if (group) {
    group.classList.remove("picked");
    group.focus({ preventScroll: true });
  }
}

function hint(target) {
  const about = target.about || (target.closest && target.closest("g[data-key]")?.about);
  if (about) byId("hint").textContent = about.split("\n").slice(0, 2).join("; ");
}

// Lines

function go(number) {
  const there = Math.min(last, Math.max(0, number));
  const before = byId(`line-${line}`);
  if (before) before.removeAttribute("aria-current");
  line = there;
  byId("slider").value = line;
  byId("where").textContent = line ? `line ${line} of ${last}` : "before the first line";
  byId("slider").setAttribute("aria-valuetext", byId("where").textContent);
  const step = byId(`line-${line}`);
  if (step) {
    step.setAttribute("aria-current", "step");
    follow(step);
  } else {
    byId("transcript").scrollTop = 0;
  }
  show();
  byId("said").textContent = sentence(step);
}

// Steps that were never in sight have only a guess of their height: once they are drawn the place may be another.
function follow(step) {
  const look = () => step.hasAttribute("aria-current") && step.scrollIntoView({ block: "nearest" });
  look();
  requestAnimationFrame(() => requestAnimationFrame(look));
}

function sentence(step) {
  if (!step) return "before the first line";
  const typed = step.querySelector(".command").lastChild.textContent;
  const change = step.querySelector(".change");
  return `line ${line}: ${typed}; ${change ? change.textContent : "nothing changed"}`;
}

function choose(name) {
  tab = name;
  show();
}

// Hands

const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, PageUp: -10, PageDown: 10 };

function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || byId("keys").open) return;
  const key = event.key;
  const group = document.activeElement && document.activeElement.closest("g[data-key]");
  if (key in STEPS) go(line + STEPS[key]);
  else if (key === "Home") go(0);
  else if (key === "End") go(last);
  else if (key === "Escape" && pinned) unpin();
  else if ((key === "Enter" || key === " ") && group) pin(group.dataset.key);
  else if (key === "?") byId("keys").showModal();
  else if (key === "t") turnTheme();
  else if (key >= "1" && key <= "9") {
    const names = tabsOf(shown);
    if (names[key - 1]) choose(names[key - 1]);
  } else return;
  event.preventDefault();
}

function turnTheme() {
  const root = document.documentElement;
  const next = { auto: "light", light: "dark", dark: "auto" }[root.dataset.theme || "auto"];
  if (next === "auto") delete root.dataset.theme;
  else root.dataset.theme = next;
  byId("theme").textContent = next;
}

// On paper all pictures of the line stand below the transcript.
function beforePrint() {
  const views = Object.values(shown.pictures).flatMap((list) => viewsOf(list));
  byId("stage").replaceChildren(...views.map(drawView));
}

document.addEventListener("keydown", onKey);
byId("slider").addEventListener("input", (event) => go(Number(event.target.value)));
byId("back").addEventListener("click", () => go(line - 1));
byId("on").addEventListener("click", () => go(line + 1));
byId("theme").addEventListener("click", turnTheme);
byId("ask").addEventListener("click", () => byId("keys").showModal());
byId("close").addEventListener("click", unpin);
byId("tabs").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) choose(button.dataset.tab);
});
byId("stage").addEventListener("mouseover", (event) => hint(event.target));
byId("stage").addEventListener("focusin", (event) => hint(event.target));
byId("stage").addEventListener("click", (event) => {
  const group = event.target.closest("g[data-key]");
  if (group) pin(group.dataset.key);
});
byId("transcript").addEventListener("click", (event) => {
  const step = event.target.closest(".step");
  if (!step || String(getSelection())) return;
  event.preventDefault();
  go(Number(step.id.slice("line-".length)));
});
window.addEventListener("beforeprint", beforePrint);
window.addEventListener("afterprint", show);
window.addEventListener("hashchange", () => goToAddress());

function goToAddress() {
  const named = /^#line-(\d+)$/.exec(location.hash);
  go(named ? Number(named[1]) : Math.min(1, last));
}

document.body.classList.add("live");
goToAddress();

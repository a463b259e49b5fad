// The conversation: kept by this browser, asked through Gradio's live answer, shown turn by turn.
"use strict";
(() => {
  // Gradio wants a whole address, known only here behind a proxy.
  const gradio = document.querySelector("gradio-app");
  gradio.setAttribute("src", new URL(gradio.dataset.root, location.href).href);
  // A question in the address goes into the box alone: not into later requests, nor the history of the browser.
  const asked = new URL(location.href);
  if (asked.searchParams.has("q")) { asked.searchParams.delete("q"); history.replaceState(null, "", asked); }
  const page = document.getElementById("page");
  // Gradio's frontend writes the browser's language over the page's own.
  const root = document.documentElement;
  new MutationObserver(() => { if (root.lang !== page.dataset.lang) root.lang = page.dataset.lang; }).observe(root, { attributeFilter: ["lang"] });
  const find = (id) => document.getElementById(id);
  const [log, live, state, form, box, wrong] = ["log", "live", "state", "ask", "question", "wrong"].map(find);
  const words = JSON.parse(page.dataset.words);
  const WATCH = 4000, SLOW = 12000, LONGEST = 120000, KEPT = 3, PREFIX = "pactes:conversation:";
  let turns = [], asking = null, editing = false, ready = null, waiting = null;

  // --- what the browser keeps: a conversation a tab, the last few of them -------------------------------
  const store = (kind) => { try { return window[kind]; } catch { return null; } };
  const local = store("localStorage"), session = store("sessionStorage");
  const fresh = () => Date.now().toString(36).padStart(9, "0") + Math.random().toString(36).slice(2, 8);
  let id = session?.getItem("pactes:tab") || fresh();
  const others = () => (local ? Object.keys(local).filter((key) => key.startsWith(PREFIX) && key !== PREFIX + id).sort() : []);

  function save() {
    try {
      session?.setItem("pactes:tab", id);
      if (turns.length || asking) local?.setItem(PREFIX + id, JSON.stringify({ turns, asked: asking?.question || "", again: Boolean(asking?.again) }));
      else local?.removeItem(PREFIX + id);
      others().slice(0, -KEPT).forEach((key) => local.removeItem(key));
    } catch { /* a browser that keeps nothing still answers */ }
  }
  function kept(key) {
    try { return JSON.parse(local?.getItem(key) || "null"); } catch { return null; }
  }
  // A tab that was copied holds the same id: the copy that notices takes another.
  window.addEventListener("storage", (event) => { if (event.key === PREFIX + id) { id = fresh(); session?.setItem("pactes:tab", id); } });

  // --- showing -------------------------------------------------------------------------------------------
  function make(tag, values = {}, ...inside) {
    const made = Object.assign(document.createElement(tag), values);
    made.append(...inside);
    return made;
  }
  function questionElement(text) {
    const said = make("h2", { className: "asked", textContent: text });
    said.dataset.testid = "user";
    return said;
  }
  // What the server made, escaped there; kept by this browser only.
  function answerElement(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const answer = holder.content.firstElementChild;
    for (const link of answer.querySelectorAll("a.marker")) {
      link.target = "_blank";
      link.rel = "noopener";
      link.setAttribute("aria-label", `${link.textContent} ${link.title} (${words.new_tab})`);
    }
    return answer;
  }
  function turnElement(turn) {
    const section = make("section", { className: "turn" }, questionElement(turn.question));
    const answer = turn.html ? answerElement(turn.html) : failureElement(turn);
    section.firstElementChild.lang = answer.querySelector(".text")?.lang || page.dataset.lang;
    section.append(answer);
    return section;
  }
  function failureElement(turn) {
    const told = make("div", { className: `answer ${turn.failed === "stopped" ? "stopped" : "error"}` });
    told.dataset.testid = "bot";
    told.dataset.status = turn.failed === "stopped" ? "stopped" : "error";
    const said = make("div", { className: "said" });
    if (turn.failed !== "stopped") said.append(make("p", { className: "verdict" }, make("strong", { textContent: words.error })));
    said.append(make("p", { textContent: words[turn.failed] }));
    const actions = make("p", { className: "actions last" });
    for (const name of ["retry", "edit"]) {
      const button = make("button", { type: "button", className: "second small", textContent: words[name] });
      button.dataset.do = name;
      actions.append(button);
    }
    said.append(actions);
    told.append(said);
    return told;
  }
  function refresh() {
    const sections = [...log.children];
    sections.forEach((section, at) => {
      const isLast = at === sections.length - 1 && !asking;
      section.querySelectorAll(".last").forEach((one) => { one.hidden = !isLast; });
      if (at < sections.length - 1) section.querySelector("details.sources")?.removeAttribute("open");
    });
    const begun = turns.length > 0 || asking;
    find("examples").hidden = begun;
    find("manage").hidden = turns.length === 0;
    find("resume").hidden = begun || others().length === 0;
    find("stop").hidden = !asking;
    find("keep").hidden = !editing;
    page.classList.toggle("begun", Boolean(begun));
  }
  function showAll() {
    // Not announced again: a region that is filled at once while busy says nothing.
    log.setAttribute("aria-busy", "true");
    log.replaceChildren(...turns.map(turnElement));
    refresh();
    setTimeout(() => log.removeAttribute("aria-busy"), 200);
  }
  function say(text) { state.textContent = text; }

  // --- asking --------------------------------------------------------------------------------------------
  function ask(question, history = turns, again = false) {
    if (asking) return;
    const said = history.filter((turn) => turn.html).map((turn) => turn.question);
    asking = { question, again, at: Date.now() };
    if (history !== turns) { turns = history; showAll(); }
    log.removeAttribute("aria-busy");
    const head = questionElement(question);
    live.before(head);
    asking.head = head;
    save();
    refresh();
    say(ready ? words.thinking : words.loading);
    head.scrollIntoView({ block: "start" });
    const detail = { question, history: said.slice(-Number(page.dataset.turns)), language: page.dataset.lang, chosen: page.dataset.chosen === "yes" };
    asking.send = () => { asking.sent = true; ready.dispatchEvent(new CustomEvent("ask", { detail })); };
    if (ready) asking.send();
    waiting = setInterval(watch, WATCH);
  }
  function close(turn) {
    clearInterval(waiting);
    asking.head.remove();
    asking = null;
    turns.push(turn);
    // The turn enters the log whole: only a finished answer is announced.
    log.append(turnElement(turn));
    live.classList.remove("busy");
    save();
    refresh();
    say("");
    log.lastElementChild.scrollIntoView({ block: "start" });
  }
  // Characters that HTML does not carry are left out.
  const plainly = (text) => text.replace(/[\0\r\uFFFD]/g, "");
  function hear() {
    const answer = live.querySelector("[data-state]");
    if (!answer || !asking?.sent) return;
    if (answer.dataset.state === "done") {
      // After a stop Gradio may show the answer before once more, or a stopped one late: neither answers this question.
      if (plainly(answer.dataset.asked) !== plainly(asking.question)) return answer.remove();
      const html = answer.outerHTML;
      answer.remove();
      close({ question: asking.question, html });
    } else {
      live.classList.add("busy");
    }
  }
  async function watch() {
    if (!asking) return;
    const since = Date.now() - asking.at, current = asking;
    if (since > LONGEST) return fail("unreachable");
    if (since > SLOW) say(words.slow);
    try {
      const found = await fetch(page.dataset.health, { cache: "no-store" });
      if (!found.ok) throw new Error(found.status);
      current.missed = 0;
    } catch {
      current.missed = (current.missed || 0) + 1;
      if (current === asking && current.missed > 1) fail("unreachable");
    }
  }
  function fail(reason) {
    ready?.dispatchEvent(new Event("stop"));
    live.querySelector("[data-state]")?.remove();
    close({ question: asking.question, failed: reason });
  }
  // Gradio brings a second main landmark: a screen reader would find two.
  function onlyOneMain() {
    for (const own of gradio.querySelectorAll("main")) {
      const plain = make("div", { className: own.className });
      plain.append(...own.childNodes);
      own.replaceWith(plain);
    }
  }
  document.addEventListener("answering", (event) => {
    ready = event.target;
    onlyOneMain();
    new MutationObserver(hear).observe(live, { childList: true, subtree: true });
    if (asking && !asking.sent) { say(words.thinking); asking.send(); }
  });

  // --- the box -------------------------------------------------------------------------------------------
  function complain(text) {
    wrong.textContent = text;
    if (text) { box.setAttribute("aria-invalid", "true"); box.focus(); } else box.removeAttribute("aria-invalid");
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (asking) return;
    const question = box.value.trim();
    if (!question) return complain(words.empty);
    complain("");
    box.value = "";
    const history = editing ? turns.slice(0, -1) : turns;
    editing = false;
    ask(question, history);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  });
  box.addEventListener("input", () => { complain(""); session?.setItem("pactes:draft", box.value); });

  // --- what can be done ----------------------------------------------------------------------------------
  function begin(message) {
    turns = [];
    editing = false;
    session?.setItem("pactes:tab", id);
    showAll();
    say(message);
    box.focus();
  }
  const actions = {
    retry() { ask(turns.at(-1).question, turns.slice(0, -1)); box.focus(); },
    edit() {
      editing = true;
      box.value = turns.at(-1).question;
      say(words.editing);
      refresh();
      box.focus();
    },
    new() { save(); id = fresh(); begin(words.started); },
    erase() { local?.removeItem(PREFIX + id); begin(words.erased); },
    resume() {
      const key = others().at(-1);
      if (!key) return;
      id = key.slice(PREFIX.length);
      restore();
      box.focus();
    },
    print() { document.querySelectorAll("details.sources").forEach((one) => { one.open = true; }); window.print(); },
    export() {
      const link = make("a", { href: URL.createObjectURL(new Blob([markdown()], { type: "text/markdown" })), download: "conversation.md" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    },
    async copy(button) {
      const source = button.closest("li");
      const done = source.querySelector(".done");
      try {
        await navigator.clipboard.writeText(`${source.dataset.copy}\n${source.querySelector("a").href}`);
        done.textContent = words.copied;
      } catch { done.textContent = words.not_copied; }
    },
  };
  function markdown() {
    const parts = [`# ${document.querySelector("header.site .name").textContent.trim()}`, document.getElementById("greeting").textContent];
    for (const section of log.children) {
      const answer = section.querySelector(".answer");
      parts.push(`## ${section.querySelector(".asked").textContent}`, answer.dataset.text || answer.textContent.trim());
      const rows = [...answer.querySelectorAll(".sources li")].map((row) => `${row.value}. ${row.dataset.copy.replaceAll("\n", "\n   ")}\n   <${row.querySelector("a").href}>`);
      if (rows.length) parts.push(`### ${words.sources}`, rows.join("\n"));
    }
    return parts.join("\n\n") + "\n";
  }
  page.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.fill) { box.value = button.dataset.fill; complain(""); box.focus(); }
    else if (button.dataset.ask) { ask(button.dataset.ask); box.focus(); }
    else if (button.dataset.verdict) opine(button);
    else if (button.dataset.do && !asking) actions[button.dataset.do](button);
    else if (button.id === "stop" && asking) { fail("stopped"); box.focus(); }
    else if (button.id === "keep") { editing = false; box.value = ""; say(""); refresh(); box.focus(); }
  });

  // --- opinions: a verdict, a reason and provision ids; never the question --------------------------------
  function opine(button) {
    const place = button.closest(".feedback"), reasons = place.querySelector("form");
    if (button.dataset.verdict === "up") return send(place, "up", "");
    reasons.hidden = !reasons.hidden;
    button.setAttribute("aria-expanded", String(!reasons.hidden));
    if (!reasons.hidden) reasons.querySelector("input").focus();
  }
  page.addEventListener("submit", (event) => {
    const place = event.target.closest(".feedback");
    if (!place) return;
    event.preventDefault();
    send(place, "down", new FormData(event.target).get("reason"));
  });
  function send(place, verdict, reason) {
    const body = { verdict, reason, provision_ids: place.dataset.provisions.split(" ").filter(Boolean), corpus_version: place.dataset.version };
    fetch(page.dataset.opinions, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }).catch(() => {});
    place.querySelectorAll("button, input").forEach((one) => { one.disabled = true; });
    place.querySelector("form").hidden = true;
    const thanks = place.querySelector(".thanks");
    thanks.textContent = words.thanks;
    thanks.tabIndex = -1;
    thanks.focus();
  }

  // --- at load -------------------------------------------------------------------------------------------
  function restore() {
    const found = kept(PREFIX + id);
    turns = found?.turns || [];
    if (found?.asked && found.again) turns.push({ question: found.asked, failed: "interrupted" });
    save();
    showAll();
    // Gradio's frontend reloads the page when a server is back: what was under way is asked once more.
    if (found?.asked && !found.again) ask(found.asked, turns, true);
  }
  restore();
  if (!box.value) box.value = session?.getItem("pactes:draft") || "";
  form.addEventListener("submit", () => session?.removeItem("pactes:draft"));
})();

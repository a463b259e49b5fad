// Completion of the commune: an editable combobox with a list, by the keyboard or the pointer; the field works without it.
"use strict";

for (const field of document.querySelectorAll("input[data-places]")) complete(field);

function complete(field) {
  const list = document.createElement("ul");
  const told = document.createElement("p");
  list.id = field.id + "-list";
  list.className = "completions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.name);
  told.className = "hidden";
  told.setAttribute("role", "status");
  field.after(list, told);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })) field.setAttribute(name, value);
  let at = -1;
  let asked = 0;
  let waiting = 0;

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && !list.hidden && at >= 0) {
      event.preventDefault();
      pick(list.children[at]);
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && list.children.length) {
      event.preventDefault();
      list.hidden ? open() : move(event.key === "ArrowDown" ? 1 : -1);
    }
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the field keeps the focus
    const option = event.target.closest("[role=option]");
    if (option) pick(option);
  });

  async function ask() {
    const turn = ++asked;
    const typed = field.value.trim();
    const rows = typed.length < 2 ? [] : await found(typed);
    if (turn !== asked || document.activeElement !== field) return;
    list.replaceChildren(...rows.map(option));
    rows.length ? open() : close();
    told.textContent = typed.length < 2 ? "" : rows.length ? `${rows.length} ${field.dataset.some}` : field.dataset.none;
  }

  async function found(typed) {
    try {
      const answer = await fetch(field.dataset.places + "?q=" + encodeURIComponent(typed));
      return answer.ok ? await answer.json() : [];
    } catch {
      return [];
    }
  }

  function option(row, number) {
    const item = document.createElement("li");
    const beside = document.createElement("span");
    item.id = `${list.id}-${number}`;
    item.lang = "fr";
    item.dataset.value = row.value;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    beside.className = "quiet";
    beside.textContent = row.epci;
    item.append(row.value, " ", beside);
    return item;
  }

  function move(step) {
    const count = list.children.length;
    at = at < 0 && step < 0 ? count - 1 : (at + step + count) % count;
    [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === at)));
    field.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function pick(item) {
    field.value = item.dataset.value;
    asked++;
    close();
    list.replaceChildren();
  }

  function open() {
    at = -1;
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    field.removeAttribute("aria-activedescendant");
  }

  function close() {
    at = -1;
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }
}

// The one script, plain JavaScript as the browser gets it. The pages are whole without it; it adds two things: buttons
// that copy a command, and numbers that move. It makes no markup: all it ever sets is text and two attributes.

export const SCRIPT = `"use strict";

// Each command that can be copied has a button, which is hidden where nobody could answer it.
const said = document.querySelector("[role=status]");
for (const button of document.querySelectorAll("button[data-copy]")) {
  const label = button.textContent;
  const source = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(source) ? "Copied" : "Selected";
    button.textContent = done;
    said.textContent = done;
    setTimeout(() => {
      button.textContent = label;
      said.textContent = "";
    }, 2000);
  });
}

// The clipboard's own interface is there only on https and on this machine; on a local network the old way remains.
async function copy(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(element);
    return document.execCommand("copy");
  }
}

// Numbers are looked at again once a period, and only while somebody can see them.
const { source, seconds } = document.body.dataset;
if (source !== undefined) {
  const period = Number(seconds) * 1000;
  let dueAt = Date.now() + period;
  let timer;
  const wait = () => {
    clearTimeout(timer);
    if (document.visibilityState === "visible") timer = setTimeout(refresh, Math.max(0, dueAt - Date.now()));
  };
  const refresh = async () => {
    dueAt = Date.now() + period;
    try {
      const answer = await fetch(source, { cache: "no-store" });
      if (answer.ok) show(await answer.json());
    } catch {
      // The tracker is away, or was cut short: the numbers stay as they are until it is asked again.
    }
    wait();
  };
  document.addEventListener("visibilitychange", wait);
  wait();
}

function show(texts) {
  for (const element of document.querySelectorAll("[data-live]")) {
    const news = texts[element.dataset.live];
    if (news === undefined) continue;
    element.textContent = news.text;
    element.dataset.standing = news.standing;
  }
}
`;

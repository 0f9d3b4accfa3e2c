// Where the page begins.

import { render } from "preact";
import { LocalClient } from "../api/client.ts";
import { App, NoToken } from "./app.tsx";
import { DeskContext } from "./desk.ts";
import { Live } from "./live.ts";
import { Pictures } from "./pictures.ts";
import { takeToken } from "./session.ts";

// Another address typed into the same tab differs behind the `#` alone, which loads nothing by itself.
addEventListener("hashchange", () => location.reload());

const root = document.getElementById("page");
const token = takeToken();
if (root === null) throw new Error("The page has lost its root");
if (token === undefined) render(<NoToken />, root);
else {
  const client = new LocalClient({ origin: location.origin, token });
  const live = new Live(client);
  const pictures = new Pictures(client);
  render(
    <DeskContext.Provider value={{ client, live, pictures }}>
      <App />
    </DeskContext.Provider>,
    root,
  );
  void live.follow();
}

// A command that has much to put away: told to leave, it says so, and never comes to an end by itself.

import { ConsoleWords } from "../../../peer-node/cli/console-words.ts";

const words = new ConsoleWords();
setInterval(() => undefined, 1_000);
console.log("listening");
await words.untilEnd();
console.log("leaving");

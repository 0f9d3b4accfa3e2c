// What terminals, service managers and closed windows say to a command: a signal, which is the wish to leave in order.

import { readdir } from "node:fs/promises";
import { expect, it, onTestFinished } from "vitest";
import { EXIT_CODES } from "../../peer-node/cli/exit-codes.ts";
import { AtTerminal, HAS_TERMINAL } from "../processes/at-terminal.ts";
import { manyPictures, writePictures } from "../processes/pictures.ts";
import { errorOf, swarmsForTests } from "./swarm.ts";

const makeSwarm = swarmsForTests();

it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "A reader and a publisher that get %s leave in order, each with the code for how far it is",
  async (signal) => {
    const swarm = await makeSwarm();
    await writePictures(swarm.path(signal), manyPictures(3, 1_000));
    const { link, publisher } = await swarm.publish(swarm.path(signal));
    const complete = swarm.start("get", link, "--to", swarm.path("whole"));
    await complete.event("complete");
    for (const command of [complete, publisher]) {
      command.signal(signal);
      expect(await command.exit).toMatchObject({ code: 0, signal: null });
    }
    // Nobody is left to get it from.
    const waiting = swarm.start("get", link, "--to", swarm.path("nothing"));
    await waiting.event("joined");
    waiting.signal(signal);
    expect(await waiting.exit).toMatchObject({ code: EXIT_CODES.stopped.code, signal: null });
    expect(errorOf(waiting)).toMatchObject({ code: "stopped" });
    // The last word of whoever leaves in order.
    for (const command of [publisher, complete, waiting]) expect(command.latest("ended")).toBeDefined();
  },
);

it.skipIf(!HAS_TERMINAL)(
  "A reader whose window is closed leaves in order, though nothing can be said there any more",
  async () => {
    const swarm = await makeSwarm();
    await writePictures(swarm.path("pictures"), manyPictures(3, 1_000));
    const { link } = await swarm.publish(swarm.path("pictures"));
    const command = new AtTerminal(["get", link, "--to", swarm.path("copy")], {
      cwd: swarm.folder,
      env: { BOOKSWARM_STATE: swarm.path("state") },
    });
    onTestFinished(() => command.close());
    await command.shows("Complete: ");
    const running = () => readdir(swarm.path("state", "running"));
    expect(await running()).toHaveLength(1);
    await swarm.readersAre(link, 2, 10_000);
    command.close();
    // The last thing that it does is to take away the file of its page.
    await expect.poll(running).toEqual([]);
    await swarm.readersAre(link, 1, 5_000);
  },
);

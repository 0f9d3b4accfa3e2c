// What terminals, service managers and closed windows say to a command: a signal, which is the wish to leave in order.

import { expect, it } from "vitest";
import { EXIT_CODES } from "../../peer-node/cli/exit-codes.ts";
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

// Who is alive, by a clock moved by hand.

import { describe, expect, it } from "vitest";
import {
  beaten,
  challenged,
  firstPulse,
  judge,
  type Pulse,
  planRound,
  tempoOf,
} from "../../../tracker-worker/domain/heartbeat.ts";

const tempo = tempoOf(undefined);
const seconds = (n: number) => n * 1000;

describe("a beat", () => {
  const pulse: Pulse = { heardAt: 0, beatAt: 0, pagesAtBeat: 0, quietRounds: 0 };

  it("younger than ten seconds is never judged", () => {
    expect(judge(pulse, -1, seconds(10) - 1, tempo)).toBe("too-young");
    expect(judge(pulse, -1, seconds(10), tempo)).toBe("silent");
  });

  it("is answered by any sign of life since it was sent", () => {
    expect(judge(pulse, 0, seconds(30), tempo)).toBe("alive");
  });

  it("that was never sent condemns nobody", () => {
    expect(judge(firstPulse(0, 0), 0, seconds(1000), tempo)).toBe("alive");
  });

  it("is judged after one period when the owner fixed a period below ten seconds", () => {
    expect(judge(pulse, -1, 1999, tempoOf(2))).toBe("too-young");
    expect(judge(pulse, -1, 2000, tempoOf(2))).toBe("silent");
    expect(judge(pulse, -1, seconds(9), tempoOf(60))).toBe("too-young");
  });
});

describe("a silent reader", () => {
  it("is gone within two periods, whenever in a period it falls silent", () => {
    for (let silentAt = 0; silentAt < 30; silentAt++) {
      let patient = { pulse: firstPulse(0, 0), pagesHeld: 0, heardAt: 0 };
      let gone: number | undefined;
      for (let now = seconds(30); gone === undefined; now += seconds(30)) {
        // Pages arrive all the time, so the period stays at 30 seconds; the answer to each beat comes at once.
        patient = { ...patient, pagesHeld: patient.pagesHeld + 1 };
        const { evict, beat } = planRound([patient], now, tempo);
        if (evict.length > 0) gone = now;
        else if (beat[0] !== undefined) {
          patient = { ...patient, pulse: beat[0].pulse, heardAt: now < seconds(60 + silentAt) ? now : patient.heardAt };
        }
      }
      expect(gone - seconds(60 + silentAt)).toBeLessThanOrEqual(seconds(60));
    }
  });
});

describe("the period", () => {
  function periods(gains: readonly number[], fixed?: number): number[] {
    let patient = { pulse: firstPulse(0, 0), pagesHeld: 0, heardAt: 0 };
    let now = 0;
    return gains.map((gain) => {
      patient = { ...patient, pagesHeld: patient.pagesHeld + gain };
      const { beat, period } = planRound([patient], now, tempoOf(fixed));
      patient = { ...patient, pulse: beat[0]?.pulse ?? patient.pulse, heardAt: now };
      now += period;
      return period / 1000;
    });
  }

  it("is 30 seconds while pages arrive and stretches to 120 while all only wait", () => {
    expect(periods([0, 5, 1, 0, 0, 0, 0])).toEqual([30, 30, 30, 60, 120, 120, 120]);
  });

  it("is short again as soon as a page has come", () => {
    expect(periods([0, 0, 0, 0, 1])).toEqual([30, 60, 120, 120, 30]);
  });

  it("follows the reader that is least quiet", () => {
    const quiet = { pulse: { ...firstPulse(9, 0), quietRounds: 7, beatAt: 0 }, pagesHeld: 9, heardAt: 0 };
    const newcomer = { pulse: firstPulse(0, seconds(20)), pagesHeld: 0, heardAt: seconds(20) };
    expect(planRound([quiet], seconds(30), tempo).period).toBe(seconds(120));
    expect(planRound([quiet, newcomer], seconds(30), tempo).period).toBe(seconds(30));
  });

  it("is what the owner fixed, if anything", () => {
    expect(periods([0, 5, 0, 0, 0], 7)).toEqual([7, 7, 7, 7, 7]);
  });
});

describe("a round", () => {
  it("run twice sends nothing twice and judges nobody twice", () => {
    const patient = { pulse: firstPulse(0, 0), pagesHeld: 0, heardAt: 0 };
    const first = planRound([patient], seconds(30), tempo);
    const again = planRound([{ ...patient, pulse: first.beat[0]?.pulse ?? patient.pulse }], seconds(30) + 5, tempo);
    expect(first.beat).toHaveLength(1);
    expect(again.beat).toEqual([]);
    expect(again.evict).toEqual([]);
  });

  it("comes early when somebody has a beat to answer that is still too young", () => {
    const patient = { pulse: beaten(firstPulse(0, 0), 0, seconds(27)), pagesHeld: 0, heardAt: 0 };
    expect(planRound([patient], seconds(30), tempo).nextAt).toBe(seconds(37));
  });
});

describe("a challenge", () => {
  const answered: Pulse = { heardAt: 0, beatAt: seconds(30), pagesAtBeat: 0, quietRounds: 0 };

  it("is a beat of its own for a reader that answered the last one", () => {
    expect(challenged(answered, seconds(31), seconds(40)).beatAt).toBe(seconds(40));
  });

  it("leaves an unanswered beat to be judged, so that reports keep no dead reader alive", () => {
    expect(challenged(answered, seconds(29), seconds(40)).beatAt).toBe(seconds(30));
  });
});

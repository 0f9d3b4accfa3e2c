// Every input that a target once did not take, with what was wrong then: each stays a test.

export interface PastFinding {
  readonly target: string;
  readonly was: string;
  readonly base64: string;
}

export const FINDINGS: readonly PastFinding[] = [
  {
    target: "hosts",
    was: "a name and an @ between what should be an address's digits were read as an address",
    base64: "OjpGRttm6+6WbW2PC0XeQhcV1kNAJCc3IzptCE/HfGboLJEES1CNjJp8uveFKRbkssInC8hCMusxOTI=",
  },
  {
    target: "tracker",
    was: "a heartbeat's period of 1e99930 seconds was read as infinite, and a timer of that length fires at once, for ever",
    base64: "eyJmbGFnIjoiSEJUIiwiaGVhcnRiZWF0U2Vjb25kcyI6MWU5OTkzMCwicmVhZGVycyI6MiwiY29tcGxldGUiOjF9",
  },
];

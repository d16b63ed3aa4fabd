import * as z from "zod";

/** How the ConfigMap of an Application's Global Candidate List is marked, so that it is watched and people find it. */
export const candidateListMark = { key: "app.kubernetes.io/component", value: "global-candidate-list" } as const;

/** The key that holds what was promoted. Component names are DNS labels, so a key with an underscore is never one. */
export const ledgerKey = "_ledger";

const revision = z.int().min(0);
const time = z.iso.datetime({ offset: true });

/** `data["<component>"]`: a Component's candidate. */
export const candidateSchema = z.object({
  image: z.string().min(1),
  git: z.exactOptional(
    z.object({
      url: z.string(),
      revision: z.exactOptional(z.string()),
      context: z.exactOptional(z.string()),
      dockerfileUrl: z.exactOptional(z.string()),
      devfileUrl: z.exactOptional(z.string()),
    }),
  ),
  build: z.exactOptional(
    z.object({
      pipelineRun: z.string(),
      created: time,
      started: z.exactOptional(time),
      sequence: z.exactOptional(z.int()),
    }),
  ),
  snapshot: z.exactOptional(z.string()),
  since: time,
  revision,
});

/** `data["_ledger"]`: the list's revision, what was promoted last, and verdicts that may not have reached their Snapshots. */
export const ledgerSchema = z.object({
  revision,
  promoted: z.object({
    snapshot: z.exactOptional(z.string()),
    type: z.string(),
    revision,
    when: time,
    content: z.record(z.string(), z.string()),
  }),
  committed: z.array(z.object({ snapshot: z.string(), verdict: z.enum(["promoted", "superseded"]), revision })),
});

export type CandidateEntry = z.infer<typeof candidateSchema>;
export type LedgerEntry = z.infer<typeof ledgerSchema>;

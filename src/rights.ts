import { rights as cacheRights } from "./cache/rights.ts";
import { rights as candidateListRights } from "./candidate-list/rights.ts";
import {
  ownershipRights as buildPipelineOwnership,
  rights as buildPipelineRights,
} from "./controllers/build-pipeline/rights.ts";
import { rights as componentGroupRights } from "./controllers/component-group/rights.ts";
import { rights as componentRights } from "./controllers/component/rights.ts";
import { rights as gitStatusRights } from "./controllers/git-status/rights.ts";
import { ownershipRights as promotionOwnership, rights as promotionRights } from "./controllers/promotion/rights.ts";
import {
  ownershipRights as pullRequestGroupOwnership,
  rights as pullRequestGroupRights,
} from "./controllers/pull-request-group/rights.ts";
import {
  ownershipRights as scenarioOwnership,
  rights as scenarioRights,
  runnerRights,
} from "./controllers/scenario/rights.ts";
import { rights as snapshotGcRights } from "./controllers/snapshot-gc/rights.ts";
import { ownershipRights as snapshotOwnership, rights as snapshotRights } from "./controllers/snapshot/rights.ts";
import { rights as eventRights } from "./kube/events.ts";
import type { Right } from "./kube/rights.ts";
import { rights as accessRights } from "./metrics-access/rights.ts";
import { rights as leaseRights } from "./runtime/lease.ts";

/** The Lease that upstream's operator holds too: while one of the two leads, the other waits. */
export const leaseName = "03c7e15b.redhat.com";

/** What one part of the operator asks of the API server, in the namespaces it works in. */
export interface PartRights {
  /** Which part, for people: the name of its folder or of what it is for. */
  readonly part: string;
  readonly rights: readonly Right[];
  /** For a part that can be off: the value of the chart that turns it on, and whether it is on when nobody says. */
  readonly optional?: { readonly value: string; readonly byDefault: boolean };
}

/** What the whole operator asks for. `config/rbac` and the chart's roles are generated from this list, and a test runs the
 * operator with exactly these rights: a new part adds its own here. */
export const operatorRights: readonly PartRights[] = [
  { part: "caches", rights: cacheRights },
  { part: "events", rights: eventRights },
  { part: "candidate-list", rights: candidateListRights },
  { part: "build-pipeline", rights: buildPipelineRights },
  { part: "snapshot", rights: snapshotRights },
  { part: "promotion", rights: promotionRights },
  { part: "pull-request-group", rights: pullRequestGroupRights },
  { part: "scenario", rights: scenarioRights },
  { part: "component-group", rights: componentGroupRights },
  { part: "component", rights: componentRights },
  { part: "git-status", rights: gitStatusRights, optional: { value: "gitStatus.enable", byDefault: false } },
  { part: "runner", rights: runnerRights, optional: { value: "operator.provisionRunner", byDefault: true } },
  { part: "snapshot-gc", rights: snapshotGcRights, optional: { value: "snapshotgc.enable", byDefault: true } },
  {
    part: "ownership",
    rights: [
      ...buildPipelineOwnership,
      ...snapshotOwnership,
      ...promotionOwnership,
      ...pullRequestGroupOwnership,
      ...scenarioOwnership,
    ],
    // OpenShift checks; where nobody does, these rights are not used.
    optional: { value: "rbac.ownerReferencesPermissionEnforcement", byDefault: true },
  },
];

/** What standing by and leading asks for, in the namespace that the operator itself runs in. */
export const leaderElectionRights: readonly Right[] = leaseRights(leaseName);

/** What serving metrics to those only who may read them asks for, with `--metrics-secure`: of kinds that belong to no namespace,
 * so that a role in namespaces cannot give it. */
export const metricsAccessRights: readonly Right[] = accessRights;

import * as z from "zod";
import { limits, opaque, optionalFlag, optionalText } from "./schema.ts";

const gitSourceSchema = z.looseObject({
  url: z.string().max(limits.url).describe("URL of the git repository, https."),
  revision: z
    .exactOptional(z.string().max(limits.image))
    .describe("Branch, tag or commit. In a Snapshot: the commit that was built."),
  context: optionalText("Directory in the repository that holds the Component."),
  devfileUrl: optionalText("Where the devfile is. Kept, not read by the integration service."),
  dockerfileUrl: optionalText("Where the Dockerfile is. Kept, not read by the integration service."),
});

const sourceVersionSchema = z.looseObject({
  name: z.string().describe("Name of the version."),
  revision: z.string().describe("Branch the version is built from."),
  context: optionalText("Directory in the repository that holds this version."),
  dockerfileUri: optionalText("Path of the Dockerfile. Kept, not read by the integration service."),
  "skip-builds": optionalFlag("Whether builds of this version are off. Kept, not read by the integration service."),
  "build-pipeline": opaque("Pipelines that build this version. Kept, not read by the integration service."),
});

/** Where a Component's source is; the same shape in a Component and in a Snapshot. */
export const componentSourceSchema = z.looseObject({
  git: z.exactOptional(gitSourceSchema).describe("The git repository."),
  url: optionalText("URL of the git repository, in the model with versions."),
  dockerfileUri: optionalText("Path of the Dockerfile. Kept, not read by the integration service."),
  versions: z
    .exactOptional(z.array(sourceVersionSchema))
    .describe("The versions that are built, in the model with versions."),
});
